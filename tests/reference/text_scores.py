"""Writes text_scores.json beside itself: sacreBLEU's, rouge-score's, jiwer's and nltk's values for small corpora. Run: python3 text_scores.py

Versions: sacrebleu 2.6.0, rouge-score 0.1.2, jiwer 4, nltk 3.10 (METEOR's exact form: a stemmer that changes nothing, a WordNet without synonyms; it needs
none of nltk's data). A case holds texts, their references and what `hebb metrics --task text` must answer; a token case
a line and its tokens by sacreBLEU's 13a and by rouge-score.
"""
import json
import pathlib
import random

import jiwer
import sacrebleu
from nltk.translate.meteor_score import meteor_score
from rouge_score import rouge_scorer, tokenize
from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a

cases, tokens, meteors = [], [], []
scorer = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeL", "rougeLsum"])


class Nothing:
    def stem(self, word):
        return word

    def synsets(self, word):
        return []


def small_tokens(text):
    """A to Z alone become small."""
    return "".join(c.lower() if c.isascii() else c for c in Tokenizer13a()(text)).split()


def meteor(references, text, **options):
    return meteor_score(references, text, preprocess=str, stemmer=Nothing(), wordnet=Nothing(), **options)


def add(name, texts, references):
    """references: for each text a list of one or more."""
    most = max(map(len, references))
    streams = [[r[i] if i < len(r) else None for r in references] for i in range(most)]
    bleu = sacrebleu.corpus_bleu(texts, streams)
    first = [r[0] for r in references]
    rouge = [scorer.score_multi(r, t) for t, r in zip(texts, references)]
    want = {"bleu": bleu.score / 100, "brevity_penalty": bleu.bp, "chrf": sacrebleu.corpus_chrf(texts, streams).score / 100,
            "word_error_rate": jiwer.wer(*[[t.replace("\n", " ") for t in side] for side in (first, texts)]),  # jiwer ends no word at a line's end
            "character_error_rate": jiwer.cer(first, texts),
            "meteor": sum(meteor([small_tokens(r) for r in own], small_tokens(t)) for t, own in zip(texts, references)) / len(texts),
            "exact_match": sum(t in r for t, r in zip(texts, references)) / len(texts)}
    for kind in ["rouge1", "rouge2", "rougeL", "rougeLsum"]:
        for key, part in [("", "fmeasure"), ("_precision", "precision"), ("_recall", "recall")]:
            want[kind + key] = sum(getattr(r[kind], part) for r in rouge) / len(texts)
    cases.append({"name": name, "texts": texts, "references": references, "want": want})


add("plain", ["The dog bit the man.", "It wasn't surprising.", "The man had just bitten him."],
    [["The dog bit the man."], ["No one was surprised."], ["The man had bitten the dog."]])
add("two references", ["The dog bit the man.", "It was not unexpected.", "The man bit him first."],
    [["The dog bit the man.", "The dog had bit the man."], ["It was not unexpected.", "No one was surprised."], ["The man bit him first.", "The man had bitten the dog."]])
add("numbers and marks", ["It costs $1,234.50 - or 3.5%, (roughly) 10-20 a day!", "a.b,c 5. 6, x-y \"quoted\" &amp; more"],
    [["It costs $1,234.5, or 3.5 % (roughly): 10 - 20 a day."], ["a.b, c 5 6 x - y 'quoted' & more"]])
add("nothing in common", ["alpha beta gamma delta"], [["one two three four"]])
add("too short for four", ["two words", "yes"], [["two words"], ["no"]])
add("brief", ["the cat"], [["the cat sat on the mat near the door"]])
add("beyond ascii", ["Der Fluß fließt über Köln – schnell.", "日本語 の テキスト", "naïve  café au lait"],
    [["Der Fluss fließt über Köln, schnell."], ["日本語 の 文章"], ["naive café au lait"]])
add("upper case", ["HELLO World again and again", "hello world"], [["hello world again and once more"], ["Hello, World"]])
add("lines", ["the cat sat on the mat\nit was a sunny day\n\nall slept", "one line here"],
    [["on a sunny day the cat sat\nthe mat was the cat's own\nall of them slept", "a cat\nslept"], ["here\none line\n"]])
add("words again", ["a b a b a\nb b a", "x y z x\ny"], [["b a b a\na a b b\na", "a"], ["z\ny x\nx y z"]])
for line in ["Hello, world!", "3.14 1,000 a.b x,y end.", "5-6 a-b 7- -8", "(a) [b] {c} <d> \"e\" 'f' g/h i:j k;l m@n #o", "&lt;tag&gt; &quot;q&quot; A&amp;B",
             "tabs\tand\u00a0wide\u3000blanks \u2028 end", "..., ,,. 1..2 1,.2", "ünïcödé.text,ok", "", " ", "a<skipped>b-\nc\nd", "100% $5 €7 ~x~ ^y^ `z` |w| \\v"]:
    tokens.append({"line": line, "bleu": Tokenizer13a()(line).split(), "rouge": tokenize.tokenize(line, None)})
random.seed(4)
words = "the a cat dog sat ran on under mat tree quickly ,".split()
pairs = [(["the the the cat"], "the cat the the the"), (["a b c d e f"], "f e d c b a"), (["a b c"], "x y z"), (["a b c d e f"], "a"), (["a"], "a b c d e f g h")]
for _ in range(20):
    pairs.append(([" ".join(random.choices(words, k=random.randint(1, 12))) for _ in range(random.randint(1, 3))], " ".join(random.choices(words, k=random.randint(1, 12)))))
for references, text in pairs:
    split = [r.split() for r in references], text.split()
    meteors.append({"references": split[0], "text": split[1], "plain": meteor(*split), "other": meteor(*split, alpha=0.5, beta=1.5, gamma=0.8)})
with open(pathlib.Path(__file__).resolve().parent / "text_scores.json", "w") as file:
    json.dump({"cases": cases, "tokens": tokens, "meteors": meteors}, file, ensure_ascii=False)
    file.write("\n")
print(len(cases), "cases,", len(tokens), "lines of tokens")
