"""Shell completion: a script for bash, zsh or fish that knows every setting, scenario, experiment
and parameter.
"""

from __future__ import annotations

from ..foundation.errors import BadInput, nearest
from ..jobs.catalogue import EXPERIMENTS
from ..model.outcomes import OUTCOMES
from ..model.scenario import scenario_names

SHELLS = ("bash", "zsh", "fish")


def words(keys: list[str], places: list[str]) -> list[str]:
    """Every word that can be completed: name=value where the values can be listed, else name=."""
    listed = {
        "scenario": scenario_names(),
        "experiment": list(EXPERIMENTS),
        "places": places,
        "experiment.outcome": list(OUTCOMES),
        "executor": ["local", "ray", "dask"],
        "fail_fast": ["true"],
        "accept_changes": ["true"],
        "overwrite": ["true"],
        "dry_run": ["true"],
    }
    found = ["--help", "--help=all", "--multirun", "--version"]
    for key in keys:
        found += (
            [f"{key}={value}" for value in listed[key]]
            if key in listed
            else []
            if key == "parameters"
            else [f"{key}="]
        )
    return found


def script(shell: str, keys: list[str], places: list[str]) -> str:
    """The script to evaluate in a shell's start-up file. keys: every setting; places: every kind of
    places.
    """
    if shell not in SHELLS:
        raise BadInput(
            f"--completion {shell}: not a known shell.{nearest(shell, SHELLS)} Allowed: "
            f"{', '.join(SHELLS)}"
        )
    every = words(keys, places)
    if shell == "fish":
        return "\n".join(
            [
                "complete -c localism-sim -f",
                *(f"complete -c localism-sim -a '{word}'" for word in every),
            ]
        )
    if shell == "zsh":
        begun, whole = (
            [word for word in every if word.endswith("=")],
            [word for word in every if not word.endswith("=")],
        )
        return f"""(( $+functions[compdef] )) || {{ autoload -Uz compinit && compinit }}
_localism_sim() {{
  local -a begun whole
  begun=({" ".join(begun)})
  whole=({" ".join(whole)})
  compadd -S '' -a begun
  compadd -a whole
}}
compdef _localism_sim localism-sim"""
    return f"""_localism_sim() {{
  local word="${{COMP_LINE:0:COMP_POINT}}"; word="${{word##* }}"
  local prefix="${{word%"${{COMP_WORDS[COMP_CWORD]}}"}}"
  [ "${{COMP_WORDS[COMP_CWORD]}}" = "=" ] && prefix="$word"
  COMPREPLY=($(compgen -W "{" ".join(every)}" -- "$word"))
  COMPREPLY=("${{COMPREPLY[@]#"$prefix"}}")
  [[ "${{COMPREPLY[0]-}}" == *= ]] && compopt -o nospace
}}
complete -F _localism_sim localism-sim"""
