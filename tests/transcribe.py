"""`make transcripts`: writes every golden transcript anew; the diff is the review."""

from tests.play import TRANSCRIPTS, play


def main() -> None:
    for file in sorted(TRANSCRIPTS.glob("*.txt")):
        file.write_text(play(file.read_text("utf-8")), "utf-8")
        print(file.name)


if __name__ == "__main__":
    main()
