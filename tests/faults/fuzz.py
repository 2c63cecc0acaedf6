"""Random command lines, most of them wrong: keys, values, flags and files such as a slip of the
pen, a hurried script or a hostile sender might make.
"""

import random
from pathlib import Path

from localism_sim.command.cli import known_keys
from localism_sim.jobs.catalogue import EXPERIMENTS
from localism_sim.model.parameters import FIELDS
from localism_sim.model.scenario import scenario_names

SMALL = ["places=synthetic", "places.count=3", "months=3", "seeds=2"]

ODD_VALUES = [
    "nan",
    "inf",
    "-inf",
    "-1",
    "0",
    "1e400",
    "-1e400",
    "9" * 400,
    "-" + "9" * 5000,
    "0x1F",
    "1_000",
    "1e",
    "--1",
    "null",
    "true",
    "false",
    "yes",
    "",
    "''",
    '""',
    "'",
    '"',
    "[]",
    "{}",
    "[1,2",
    "{a:",
    "]",
    "[" * 400 + "]" * 400,
    "{a:" * 120 + "1" + "}" * 120,
    "[nan]",
    "[1,1]",
    "[null]",
    "[[1]]",
    "{1:2}",
    "{cuts:[0.4,0]}",
    "{cuts:[nan,1]}",
    "{trsut:[0,1]}",
    "[headline,headlin]",
    "${seeds}",
    "${nothing}",
    "${oc.env:HOME}",
    "${oc.env:NO_SUCH}",
    "${months}",
    "${a",
    "???",
    "!!python/object/apply:os.system [ls]",
    "range(0,1,0.1)",
    "range(1,0)",
    "choice(1,2)",
    "glob(*)",
    "glob(x",
    "sort(3,2)",
    "shuffle(1,2)",
    "int(3.2)",
    "tag(a,1)",
    "interval(0,1)",
    "float(nan)",
    "json_str([1])",
    "a,b",
    ",",
    "1,",
    ",,",
    "x" * 9000,
    "\u202etxt",
    "ключ",
    "🙂",
    "a b",
    "a\tb",
    "a\nb",
    "%s%n",
    "../..",
    "../../etc/passwd",
    "/etc/passwd",
    "/dev/zero",
    "/dev/null",
    "/proc/self/mem",
    "~",
    "~root",
    ".",
    "..",
    "/",
    "nowhere.yaml",
    "nowhere.csv",
    "a/" * 400 + "b",
    "b" * 300,
    "con\x1b[31m",
    "0.5.5",
    "1/0",
    "3.0",
    "2.5",
    "1e3",
    "100",
    "7",
    "sobol",
    "compare",
    "spread",
    "trust",
    "Sobol",
    "raay",
    "local",
    "ray",
    "dask",
    "history",
    "[history]",
    "[histry]",
    "\\",
    "\\\\",
    "a=b",
    "==",
    "#",
    "$(ls)",
    "`ls`",
    ";ls",
]

ODD_KEYS = [
    "",
    "=",
    "+",
    "~",
    "++",
    "+months",
    "++months",
    "~months",
    "~seeds",
    "~executor",
    "~parameters",
    "~places",
    "parameters",
    "places",
    "experiment",
    "parameters.",
    ".months",
    "parameters..cuts",
    "parameters.cuts.x",
    "parameters.__class__",
    "parameters.trsut",
    "experiment.samples",
    "experiment.outcome",
    "experiment.vary",
    "experiment.kind",
    "places.kind",
    "hydra",
    "hydra.run.dir",
    "hydra/launcher",
    "hydra.sweep.dir",
    "hydra.searchpath",
    "+hydra.foo",
    "places@x",
    "months:x",
    "mon ths",
    "ключ",
    "🙂",
    "a" * 5000,
    "cuts",
    "seed",
    "month",
    "0",
    "nan",
    "[a]",
    "{a}",
    "experiment@_global_",
    "defaults",
    "_target_",
    "+_target_",
    "config_name",
    "name",
]

FLAGS = [
    "--",
    "-",
    "-x",
    "--multirun",
    "-m",
    "--multi",
    "--cfg",
    "--config-dir=/etc",
    "--version",
    "--completion",
    "--seeds=3",
    "---",
    "-1",
    "~seeds=null",
    "~parameters",
    "workers=100000",
    "seeds=[1,5000000000000000000]",
    "seeds=1000000",
    "results_dir=a,b",
    "executor=local,ray",
    "keep=0",
    "scenario=false",
    "overwrite=true",
    "overwrite=yes",
    "results_dir=.",
    "results_dir='~/[bold]a,b=c:d'",
    "parameters.cuts=range(0,0.6,0.0000001)",
    "parameters.cuts=range(0,1,0)",
    "parameters.cuts=range(1,0,-0.1)",
    "parameters.cuts=choice(0,0.2)",
    "parameters.cuts=interval(0,1)",
    "parameters.cuts=glob(*)",
    "seeds=range(3)",
    "seeds=sort(2,1)",
]

BAD_YAML = [
    "",
    "a",
    "3",
    "- 1\n- 2",
    "title: [",
    "title: 1",
    "{",
    "\t",
    "title: x\nsettings: 3",
    "title: x\nsettings: {cuts: 0.3}",
    "title: x\nsettings: {cuts: {value: nan, source: s}}",
    "title: x\nsettings: {cuts: {value: .nan, source: s}}",
    "title: x\nsettings: {cuts: {value: .inf, source: s}}",
    "title: x\nsettings: {trsut: {value: 1, source: s}}",
    "title: x\nsettings: {cuts: {value: " + "9" * 6000 + ", source: s}}",
    "title: x\nsettings: {cuts: {value: 0.1, source: 's'}}\ntimeline: {1: {cuts: 9}}",
    "title: x\ntimeline: {1: {trsut: 1}}",
    "title: x\ntimeline: {1: {cuts: 0.1}, 1: {cuts: 0.2}}",
    "title: x\ntimeline: {900: {cuts: 0.1}}",
    "title: x\ntimeline: {-1: {cuts: 0.1}}",
    "title: x\ntimeline: {a: {cuts: 0.1}}",
    "title: x\ntimeline: [1, 2]",
    "title: x\ntimeline: {1: {trust: 0.1}}",
    "title: x\ntimeline: {1.5: {cuts: 0.1}}",
    "title: x\ntimeline: {true: {cuts: 0.1}}",
    "title: x\ntimeline: {1: 2}",
    "title: x\ntimeline: {1: [cuts]}",
    "title: x\ntimeline: {1: {cuts: null}}",
    "title: x\nextends: nowhere",
    "title: x\nextends: ../../x",
    "title: x\nextends: [a]",
    "title: x\nbaseline: nowhere",
    "title: x\nunknown: 1",
    "a: &a [x, x]\nb: &b [*a, *a, *a]\nc: [*b, *b, *b]",
    "!!python/object/apply:os.system ['touch hacked']",
    "title: !!python/name:os.system x",
    "title: !!binary ///",
    "title: 2001-13-45",
    "title: !!timestamp x",
    "title: !!set {a}",
    "title: !!omap [a]",
    "? [a, b]\n: 1",
    "? {a: 1}\n: 1",
    "<<: {a: 1}",
    "<<: 3",
    "a: b: c",
    "title: x\nsettings: {? [1]: {value: 1, source: s}}",
    'title: "\\x00"',
    "\x00",
    "\ufeff",
    "[" * 5000,
    "{a: " * 3000,
    "- " * 4000,
    "%YAML 9.9\n---\na: 1",
    "---\na: 1\n---\nb: 2",
    "title: x\nsettings: {cuts: {value: 1:30, source: s}}",
    "title: x\nsettings: {cuts: {value: 0o9, source: s}}",
    "title: =",
    "title: x\nsettings: {=: {value: 1, source: s}}",
    "cuts: [0, 0.4]",
    "cuts: [0.4, 0]",
    "cuts: [.nan, 1]",
    "cuts: 3",
    "trsut: [0, 1]",
    "headline:",
    "headline: [0, 1]",
]

BAD_CSV = [
    "",
    "\n",
    "name\n",
    "name,population\n",
    "name,population\nA,\n",
    "name,population\nA,x\n",
    "name,population\nA,-1\n",
    "name,population\nA,nan\n",
    "name,population\nA,inf\n",
    "name,population\nA,1e400\n",
    "name,population\nA," + "9" * 400 + "\n",
    "name,population\nA,0\n",
    "name,population\nA,100\nA,100\n",
    "name,population,population\nA,1,2\n",
    "name;population\nA;100\n",
    "name,population\nA,100,3\n",
    "name,population\nA\n",
    "nme,population\nA,100\n",
    "name,population,cut_exposure\nA,100,nan\n",
    "name,population,cut_exposure\nA,100,-3\n",
    "name,population,longitude\nA,100,999\n",
    "name,population,neighbours\nA,100,B\n",
    "name,population,place_id\nA,100,\n",
    "\x00\x00\x00",
    "PK\x03\x04zip",
    'name,population\n"A,100\n',
    "name,population\nA,1.234.567\n",
    "name,population\nA,12%\n",
    "name,population\nTotal,100\n",
    "name,population\nA,True\n",
    "\ufeffname,population\nA,1_000\n",
    "name,population\n" + "A" * 200_000 + ",5\n",
    "name," * 3000 + "population\n",
    "name,population\n" + '"' * 9999,
    "name,population\r\rA,5",
    "name,population,region\n=cmd|' /C calc'!A0,,x\n",
    "<html>\n</html>\n",
    "\xff\xfe\n",
]


def write(folder: Path, name: str, text: str, chance: random.Random) -> str:
    """A file with the text; now and then in another encoding, damaged, or as a folder."""
    path = folder / name
    content = text.encode("utf-8", "surrogatepass")
    match chance.randrange(12):
        case 0:
            content = text.encode("utf-16", "replace")
        case 1 if content:
            damaged = bytearray(content)
            damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
            content = bytes(damaged)
        case 2:
            content = content[: chance.randrange(len(content) + 1)]
        case 3:
            path.mkdir(exist_ok=True)
            return name
    path.write_bytes(content)
    return name


def value(chance: random.Random) -> str:
    """A value, rarely a sensible one."""
    if chance.random() < 0.15:
        return repr(
            chance.choice(
                [
                    chance.uniform(-2, 2),
                    chance.randrange(-3, 200),
                    10.0 ** chance.randrange(-320, 309),
                ]
            )
        )
    if chance.random() < 0.08:
        return "".join(
            chr(chance.choice([chance.randrange(32, 127), chance.randrange(1, 0xD800)]))
            for _ in range(chance.randrange(1, 12))
        )
    return chance.choice(ODD_VALUES)


def file_of(texts: list[str], setting: str, suffix: str):
    """Makes a setting that names a file with one of the texts."""
    return lambda chance, folder, number: (
        f"{setting}={write(folder, f'{setting[0]}{number}.{suffix}', chance.choice(texts), chance)}"
    )


def setting_of(names):
    """Makes a setting of one of the names that `names()` gives."""
    return lambda chance, folder, number: f"{chance.choice(names())}={value(chance)}"


def choice_of(setting: str, names):
    """Makes a setting whose value is, more often than not, one of those that `names()` gives."""
    return lambda chance, folder, number: f"{setting}={chance.choice([*names(), value(chance)])}"


ARGUMENTS = (
    (0.07, lambda chance, folder, number: chance.choice(FLAGS)),
    (0.17, file_of(BAD_YAML, "scenario", "yaml")),
    (0.22, file_of(BAD_YAML, "experiment.vary", "yaml")),
    (0.30, file_of(BAD_CSV, "places.path", "csv")),
    (0.40, setting_of(lambda: [f"parameters.{name}" for name in FIELDS])),
    (0.45, choice_of("scenario", scenario_names)),
    (0.55, choice_of("experiment", lambda: EXPERIMENTS)),
    (0.85, setting_of(known_keys)),
    (0.95, setting_of(lambda: ODD_KEYS)),
    (1.00, lambda chance, folder, number: value(chance)),
)
"""Kinds of argument, each with the share of all arguments that are of its kind or of one before it.
"""


def argument(chance: random.Random, folder: Path, number: int) -> str:
    """One argument."""
    kind = chance.random()
    return next(make for share, make in ARGUMENTS if kind < share)(chance, folder, number)


def command_line(seed: int, folder: Path) -> list[str]:
    """The command line of a seed; its files are written into `folder`."""
    chance = random.Random(seed)
    arguments = [*SMALL] if chance.random() < 0.8 else []
    if chance.random() < 0.15:
        arguments.append("--multirun")
    if chance.random() < 0.3:
        arguments.append(f"experiment={chance.choice(list(EXPERIMENTS))}")
    if chance.random() < 0.12:
        arguments.append("places=csv")
    if "samples" in (
        EXPERIMENTS[chosen].options
        if (chosen := "".join(arguments[-1:]).partition("=")[2]) in EXPERIMENTS
        else {}
    ):
        arguments.append("experiment.samples=16")
    arguments += [argument(chance, folder, number) for number in range(chance.randrange(1, 4))]
    return arguments
