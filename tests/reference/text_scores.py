"""Writes text_scores.json beside itself: sacreBLEU's, rouge-score's and jiwer's values for small corpora. Run: python3 text_scores.py

Versions: sacrebleu 2.6.0, rouge-score 0.1.2, jiwer 4. A case holds texts, their references and what `hebb metrics --task text` must answer; a token case
a line and its tokens by sacreBLEU's 13a and by rouge-score.
"""
import json
import pathlib

import jiwer
import sacrebleu
from rouge_score import rouge_scorer, tokenize
from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a

cases, tokens = [], []
scorer = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeL", "rougeLsum"])


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
with open(pathlib.Path(__file__).resolve().parent / "text_scores.json", "w") as file:
    json.dump({"cases": cases, "tokens": tokens}, file, ensure_ascii=False)
    file.write("\n")
print(len(cases), "cases,", len(tokens), "lines of tokens")
