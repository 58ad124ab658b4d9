"""What columns are called in a dozen languages: the words that headers are understood by."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

WORDS: Final[Mapping[str, str]] = MappingProxyType({
    "title": """
        title titel titre titulo titolo название заголовок 标题 题名 篇名 題名 タイトル 제목
        publication paper papertitle articletitle documenttitle worktitle name
    """,
    "subtitle": """
        subtitle untertitel soustitre subtitulo sottotitolo
    """,
    "authors": """
        authors author autoren autor autorin verfasser auteur auteurs autores autori autore auteurin
        creator creators contributors writers авторы автор 作者 著者 저자 byline schrijver schrijvers
        authornames
    """,
    "issued": """
        date datum fecha data publicationdate pubdate published erscheinungsdatum
        veroffentlichungsdatum datedepublication fechadepublicacion datadipubblicazione
        datadepublicacao дата 日期 出版日期 発行日 issued datepublished
    """,
    "year": """
        year jahr annee ano anno jaar год 年 年份 发表年份 연도 発行年 publicationyear pubyear
        erscheinungsjahr anneedepublication anodepublicacion yearofpublication py publishedyear
    """,
    "month": """
        month monat mois mes mese maand месяц 月
    """,
    "day": """
        day tag jour dia giorno dag
    """,
    "work_type": """
        type documenttype publicationtype itemtype typ art dokumenttyp publikationstyp typededocument
        tipo tipodedocumento genre kategorie category 类型 文献类型 種別 kind worktype outputtype
    """,
    "container": """
        journal journaltitle zeitschrift revue revista rivista tijdschrift source sourcetitle
        publicationtitle booktitle buchtitel venue container containertitle журнал 期刊 刊名 来源 雑誌
        雑誌名 저널 conference proceedings journalname publishedin erschienenin
    """,
    "doi": """
        doi digitalobjectidentifier doiurl doilink
    """,
    "isbn": """
        isbn isbn13 isbn10
    """,
    "openalex": """
        openalex openalexid
    """,
    "url": """
        url link website webseite webpage homepage site lien enlace adresse weblink uri 链接 网址
        リンク
    """,
    "affiliations": """
        affiliation affiliations institution institutions institut universitat university organisation
        organization employer arbeitgeber institution affiliationen afiliacion 单位 机构 所属 소속
    """,
    "retracted": """
        retracted isretracted zuruckgezogen
    """,
    "key": """
        id key nr no number nummer identifier recordid lfdnr citationkey schlussel pid uid eid ut
    """,
    "name": """
        name fullname person people vollname nomcomplet nombre nombrecompleto nome nomecompleto имя фио
        姓名 氏名 이름 organisation organization institution organisationname displayname
        institutionname orgname
    """,
    "family": """
        family familyname lastname surname nachname familienname nom nomdefamille apellido apellidos
        cognome achternaam sobrenome фамилия 姓
    """,
    "given": """
        given givenname firstname forename vorname prenom nombredepila nome voornaam имя 名 firstnames
        givennames
    """,
    "suffix": """
        suffix namesuffix
    """,
    "other_names": """
        othernames alternatenames aliases alias andere namen altname variants alternativename
        alternativenames
    """,
    "acronyms": """
        acronym acronyms abbreviation kurzel abkurzung sigle sigla 缩写
    """,
    "orcid": """
        orcid orcidid orcidnumber
    """,
    "ror": """
        ror rorid
    """,
    "wikidata": """
        wikidata wikidataid qid
    """,
    "isni": """
        isni
    """,
    "country": """
        country countrycode land pays pais paese 国家 国 국가 страна
    """,
    "affiliation_ror": """
        affiliationror institutionror
    """,
})  # fmt: skip
"""For each target of a mapping the names of columns that mean it, in small letters, without accents, spaces, signs."""
