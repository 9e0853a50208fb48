from pipeline.minutes.pseudonymise import Kind, PersonalItem, Pseudonyms
from pipeline.texts import Language


def person(pseudonyms: Pseudonyms, name: str) -> str:
    return pseudonyms.label(PersonalItem(0, len(name), Kind.PERSON, name))


def test_one_person_has_one_label_however_named() -> None:
    pseudonyms = Pseudonyms(Language.DUTCH)
    names = ["El Amrani", "Fatima el amrani", "Fatima", "F. El Amrani", "Fatima El Amranni"]
    assert {person(pseudonyms, name) for name in names} == {"[persoon 1]"}


def test_two_people_of_one_family_are_not_joined() -> None:
    pseudonyms = Pseudonyms(Language.DUTCH)
    assert [person(pseudonyms, name) for name in ("Abdul Haddad", "Yousef Haddad")] == ["[persoon 1]", "[persoon 2]"]
    # Which of the two is meant is not for us to say.
    assert person(pseudonyms, "Haddad") == "[persoon 3]"
    assert person(pseudonyms, "Yousef") == "[persoon 2]"


def test_two_first_names_that_differ_in_a_letter_are_two_people() -> None:
    pseudonyms = Pseudonyms(Language.DUTCH)
    assert person(pseudonyms, "Martin") != person(pseudonyms, "Marvin")


def test_spellings_of_one_name_are_one_person() -> None:
    pseudonyms = Pseudonyms(Language.ENGLISH)
    assert person(pseudonyms, "Mehmet Yıldız") == person(pseudonyms, "mehmet yildiz") == "[person 1]"


def test_notations_of_one_number_have_one_label() -> None:
    pseudonyms = Pseudonyms(Language.DUTCH)
    first = pseudonyms.label(PersonalItem(0, 9, Kind.BSN, "123456782"))
    assert first == "[BSN 1]"
    assert pseudonyms.label(PersonalItem(5, 40, Kind.BSN, "123456782")) == first


def test_a_label_that_stands_in_the_text_is_not_given_again() -> None:
    pseudonyms = Pseudonyms(Language.DUTCH, existing="Ik ken [persoon 4] niet.")
    assert person(pseudonyms, "Fatima") == "[persoon 5]"
