"""Lists of rows and reference scores for the tables of examples/tables: python3 tables.py FOLDER [SET ...]

FOLDER holds the data sets. Writes tables/SET.npz, five lists (fold0 .. fold4) of the rows of a test part, counted from 0 without the line of
names, as `split = { file = "SET.npz", fold = 0 }` reads them; what is not in the list is trained on. Adult has its own test part, so there its
five scores are of five seeds. Writes tables/scores.csv: a line for every set and list with what models of scikit-learn reach there:

  baseline  the most frequent class, or the mean
  linear    logistic or linear regression
  mlp       one hidden layer of 64 (California 128 and 64), Adam, early stopping on a tenth of the training part (iris and banknote: until
            nothing is learnt any more); the mean of three seeds
  trees     gradient-boosted trees (HistGradientBoosting), default settings

Missing numbers are medians, words one-hot columns, numbers standardised, all fitted on the training part.
"""
import os
import sys
import warnings

import numpy as np
import pandas
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import accuracy_score, root_mean_squared_error
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

here = os.path.dirname(os.path.abspath(__file__))
lists, seeds = 5, 3


def titanic(folder):
    table = pandas.read_csv(f"{folder}/titanic/train.csv")
    x = table[["Pclass", "Sex", "Age", "SibSp", "Parch", "Fare", "Embarked"]].astype({"Pclass": str})
    return x, table["Survived"]


def california(folder):
    table = pandas.read_csv(f"{folder}/california-housing/housing.csv.gz")
    return table.drop(columns="median_house_value"), table["median_house_value"]


def credit_default(folder):
    table = pandas.read_csv(f"{folder}/credit-default/UCI_Credit_Card.csv.gz")
    names = ["X2", "X3", "X4"]  # numbers that are names
    return table.drop(columns=["ID", "Y"]).astype({name: str for name in names}), table["Y"]


def without_names(path):
    table = pandas.read_csv(path, header=None)
    return table.iloc[:, :-1], table.iloc[:, -1]


def adult(folder):
    parts = []
    for name, skipped in [("adult.data.gz", 0), ("adult.test.gz", 1)]:
        table = pandas.read_csv(f"{folder}/adult/{name}", header=None, skiprows=skipped, skipinitialspace=True, na_values="?")
        parts.append((table.iloc[:, :-1], table.iloc[:, -1].str.rstrip(".")))
    return parts


sets = {
    "titanic": titanic,
    "adult": adult,
    "california": california,
    "credit_default": credit_default,
    "iris": lambda folder: without_names(f"{folder}/small-tables/iris.csv"),
    "banknote": lambda folder: without_names(f"{folder}/small-tables/banknote_authentication.csv"),
}


def prepared(x, model):
    numbers = x.select_dtypes("number").columns
    words = [name for name in x.columns if name not in set(numbers)]
    steps = [("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers)]
    if words:
        steps.append(("words", make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore")), words))
    return make_pipeline(ColumnTransformer(steps, sparse_threshold=0), model)


# What serves a set best where the default does not: a tenth of a hundred rows says little of when to stop.
unlike_others = {"iris": {"early_stopping": False}, "banknote": {"early_stopping": False},
                 "titanic": {"learning_rate_init": 1e-2, "n_iter_no_change": 30}}


def mlp(name, kind, sizes, seed):
    return kind(hidden_layer_sizes=sizes, random_state=seed, **({"early_stopping": True, "max_iter": 1000} | unlike_others.get(name, {})))


def models(name, quantity, seed):
    if not quantity:
        many = [mlp(name, MLPClassifier, (64,), seed * seeds + i) for i in range(seeds)]
        return (DummyClassifier(), LogisticRegression(max_iter=2000), many, HistGradientBoostingClassifier(random_state=seed))
    many = [TransformedTargetRegressor(mlp(name, MLPRegressor, (128, 64), seed * seeds + i), transformer=StandardScaler())
            for i in range(seeds)]
    return (DummyRegressor(), LinearRegression(), many, HistGradientBoostingRegressor(random_state=seed))


def scores(name, train, test, seed):
    (x, y), (x_test, y_test) = train, test
    quantity = y.dtype.kind == "f"
    out = []
    for model in models(name, quantity, seed):
        each = []
        for one in model if isinstance(model, list) else [model]:
            said = prepared(x, one).fit(x, y).predict(x_test)
            each.append(root_mean_squared_error(y_test, said) if quantity else accuracy_score(y_test, said))
        out.append(np.mean(each))
    return ("rmse" if quantity else "accuracy"), out


def list_scores(name, folder):
    if name == "adult":
        train, test = adult(folder)
        return [(*scores(name, train, test, seed), len(test[0])) for seed in range(lists)]
    x, y = sets[name](folder)
    kind = KFold if y.dtype.kind == "f" else StratifiedKFold
    parts = list(kind(lists, shuffle=True, random_state=0).split(x, y))
    smallest = np.uint8 if len(x) < 256 else np.uint16
    np.savez_compressed(f"{here}/tables/{name}.npz", **{f"fold{i}": np.sort(test).astype(smallest) for i, (_, test) in enumerate(parts)})
    at = lambda rows: (x.iloc[rows], y.iloc[rows])
    return [(*scores(name, at(train), at(test), i), len(test)) for i, (train, test) in enumerate(parts)]


def main(folder, *chosen):
    warnings.simplefilter("ignore", ConvergenceWarning)
    path = f"{here}/tables/scores.csv"
    columns = ["set", "list", "rows", "measure", "baseline", "linear", "mlp", "trees"]
    kept = pandas.read_csv(path) if chosen and os.path.exists(path) else pandas.DataFrame(columns=columns)
    for name in chosen or sets:
        lines = []
        for i, (measure, values, rows) in enumerate(list_scores(name, folder)):
            lines.append([name, i, rows, measure] + [round(v, 5) if measure == "accuracy" else round(v) for v in values])
            print(*lines[-1], flush=True)
        kept = pandas.concat([kept[kept["set"] != name], pandas.DataFrame(lines, columns=columns)])
        kept.to_csv(path, index=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
