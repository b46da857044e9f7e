from app.search.meaning.passages import passages
from tests.unit.records import examples


def test_each_question_that_a_record_answers_is_a_passage_of_its_own() -> None:
    asked = ["Was kostet ein Rufbus im Jahr?", "Wer fährt den Rufbus am Abend?"]
    found = {one.part: one.text for one in passages(examples.record(questions=asked))}
    assert [found["questions:0"], found["questions:1"]] == asked
