"""The project and its settings: where they are found, and what is said of bad ones."""

import pytest

from ipcgraph.errors import ProjectError, SettingsError
from ipcgraph.settings import compile_settings, find_project
from ipcgraph.vocabulary import DEFAULT_BASE


def test_the_nearest_settings_file_upward_is_the_root(tmp_path):
    (tmp_path / "ipcgraph.toml").write_text('name = "Outer"\n')
    inner = tmp_path / "inner"
    (inner / "data" / "deep").mkdir(parents=True)
    (inner / "ipcgraph.toml").write_text('name = "Inner"\nbase = "https://inner.example/id/"\n')
    settings = find_project(inner / "data" / "deep")
    assert (settings.root, settings.name, settings.base) == (inner, "Inner", "https://inner.example/id/")


def test_pyproject_serves_where_it_has_a_table(tmp_path):
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\n[tool.ipcgraph]\nevidence = "required"\n')
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "pyproject.toml").write_text('[project]\nname = "no table"\n')
    settings = find_project(inner)
    assert (settings.root, settings.evidence, settings.base) == (tmp_path, "required", DEFAULT_BASE)


def test_a_folder_with_data_is_a_project(tmp_path):
    (tmp_path / "data").mkdir()
    assert find_project(tmp_path).data_folder == tmp_path / "data"


def test_without_a_project_the_message_says_how_to_make_one(tmp_path):
    with pytest.raises(ProjectError, match=r"make a file ipcgraph\.toml"):
        find_project(tmp_path)


def test_the_environment_comes_before_the_file(tmp_path):
    (tmp_path / "ipcgraph.toml").write_text('name = "File"\ndata = "records"\n')
    settings = find_project(tmp_path, environment={"IPCGRAPH_NAME": "Environment", "IPCGRAPH_OTHER": "x"})
    assert (settings.name, settings.data) == ("Environment", "records")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('bse = "x"', r'ipcgraph\.toml:1: there is no setting "bse"; did you mean "base"\?'),
        ("\ndata = 3", r'ipcgraph\.toml:2: "data" is a text'),
        ('\nbase = "https://example.org/id"', r"ipcgraph\.toml:2: base is .* ends with /"),
        ('base = "https://example.org/a b/"', "without spaces"),
        ('base = "example.org/"', "web address"),
        ('evidence = "maybe"', '"optional" or "required"'),
        ('data = "../elsewhere"', "below the project"),
        ("data = ", "not TOML"),
        ("name = " + "1" * 5000, "not TOML"),
        ("name = " + "[" * 5000, "not TOML"),
        ('data = "a\\u0000b"', "cannot be a folder"),
        ("file = 'x'", 'no setting "file"'),
        ('store = "localhost/sparql"', "write a web address"),
        ('store = "https://ada:secret@example.org/sparql"', "set IPCGRAPH_STORE_USER"),
        ('[store]\nupdate = "https://example.org/u"', "says nothing of where it is asked"),
        (
            '[store]\nquery = "https://example.org/q"\nupdte = ""',
            r'toml:3: \[store\] has no setting "updte"; did you mean "update"',
        ),
        ('[store]\nquery = "https://example.org/q"\npassword = "x"', r"toml:3: a password is not written into a file"),
        ('[store]\nquery = "https://example.org/q"\ntimeout = 0', "more than 0"),
        ('[store]\nquery = "https://example.org/q"\nauthentication = "ntlm"', '"basic" or "digest"'),
        ('[store]\nquery = "https://example.org/q"\ngraph = "a b"', "a whole IRI"),
        ('store_token = "x"', 'no setting "store_token"'),
    ],
)
def test_a_bad_setting_is_refused_with_its_line(tmp_path, text, message):
    (tmp_path / "ipcgraph.toml").write_text(text + "\n")
    with pytest.raises(SettingsError, match=message):
        find_project(tmp_path)


def test_settings_that_are_not_utf_8_are_refused(tmp_path):
    (tmp_path / "ipcgraph.toml").write_bytes(b'name = "caf\xe9"\n')
    with pytest.raises(SettingsError, match="not TOML"):
        find_project(tmp_path)


def test_compiled_settings_are_those_of_the_file_as_it_is(tmp_path):
    file = tmp_path / "ipcgraph.toml"
    file.write_text('name = "First"\n')
    settings = find_project(tmp_path)
    settings.build_folder.mkdir()
    compile_settings(settings)
    compiled = settings.build_folder / "settings.json"
    compiled.write_text(compiled.read_text().replace("First", "Compiled"))
    assert find_project(tmp_path).name == "Compiled", "the compiled form is what is read"
    file.write_text('name = "Second"\n')
    assert find_project(tmp_path).name == "Second", "a changed file is read itself"
    compiled.write_text("{")
    assert find_project(tmp_path).name == "Second", "what a killed build left of it does no harm"


def test_a_table_that_is_no_table_is_refused(tmp_path):
    (tmp_path / "pyproject.toml").write_text('# [tool.ipcgraph]\n[tool]\nipcgraph = "x"\n')
    with pytest.raises(SettingsError, match="is not a table"):
        find_project(tmp_path)


def test_the_nearest_file_wins_whichever_it_is(tmp_path):
    (tmp_path / "ipcgraph.toml").write_text('name = "Stray"\n')
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "pyproject.toml").write_text('[tool.ipcgraph]\nname = "Inner"\n')
    assert find_project(inner).name == "Inner"


def test_a_folder_that_is_not_there_is_no_project(tmp_path):
    (tmp_path / "ipcgraph.toml").write_text("")
    with pytest.raises(ProjectError, match="there is no folder"):
        find_project(tmp_path / "misspelt")


def test_a_store_is_named_by_its_address_or_in_a_table(tmp_path):
    file = tmp_path / "ipcgraph.toml"
    file.write_text('store = "https://example.org/sparql"\n')
    short = find_project(tmp_path)
    assert (short.store, short.store_update, short.store_timeout) == ("https://example.org/sparql", "", "60")
    file.write_text(
        '[store]\nquery = "https://example.org/q"\nupdate = "https://example.org/u"\n'
        'graph-store = "https://example.org/g"\ngraph = "urn:x:g"\ntimeout = 2.5\n'
    )
    settings = find_project(tmp_path, environment={"IPCGRAPH_STORE_USER": "ada", "IPCGRAPH_STORE_PASSWORD": "s3cret"})
    assert (settings.store, settings.store_update) == ("https://example.org/q", "https://example.org/u")
    assert (settings.store_graph_store, settings.store_graph) == ("https://example.org/g", "urn:x:g")
    assert (settings.store_timeout, settings.store_user, settings.store_password) == ("2.5", "ada", "s3cret")
    assert "s3cret" not in repr(settings)
    settings.build_folder.mkdir()
    compile_settings(settings)
    assert "s3cret" not in (settings.build_folder / "settings.json").read_text()
    assert find_project(tmp_path).store_graph == "urn:x:g", "the compiled form has it too"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('timeout = "1 min"', r'ipcgraph\.toml:4: timeout in \[store\] is "1 min"; write seconds'),
        (
            'authentication = "oauth"',
            r'ipcgraph\.toml:4: authentication in \[store\] is "oauth"; write "basic" or "digest"',
        ),
        ('graph-store = "x"', r'ipcgraph\.toml:4: graph-store in \[store\] is "x"; write a web address'),
    ],
)
def test_what_is_wrong_in_the_table_of_the_store_is_told_at_its_line(tmp_path, text, says):
    (tmp_path / "ipcgraph.toml").write_text(f'name = "Harbour"\n[store]\nquery = "https://example.org/q"\n{text}\n')
    with pytest.raises(SettingsError, match=says):
        find_project(tmp_path)


def test_what_is_wrong_in_the_environment_is_told_of_the_variable(tmp_path):
    (tmp_path / "ipcgraph.toml").write_text('store = "example.org/q"\n')
    with pytest.raises(SettingsError, match=r'ipcgraph\.toml:1: store is "example\.org/q"; write a web address'):
        find_project(tmp_path)
    with pytest.raises(SettingsError, match=r'the environment: IPCGRAPH_STORE is "there"; write a web address'):
        find_project(tmp_path, environment={"IPCGRAPH_STORE": "there"})
    with pytest.raises(SettingsError, match=r'the environment: IPCGRAPH_BASE is "x"; write a web address that ends'):
        find_project(tmp_path, environment={"IPCGRAPH_BASE": "x"})
