"""Shell completion: a script for bash, zsh or fish that knows every setting, scenario, experiment
and parameter.
"""

from __future__ import annotations

import re

from ..foundation.errors import BadInput, nearest
from ..jobs.catalogue import EXPERIMENTS
from ..jobs.inputs import PATHS
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
    found = ["page", "report", "--help", "--help=all", "--multirun", "--version"]
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
    places. Values of `PATHS` are completed as paths too.
    """
    if shell not in SHELLS:
        raise BadInput(
            f"--completion {shell}: not a known shell.{nearest(shell, SHELLS)} Allowed: "
            f"{', '.join(SHELLS)}"
        )
    return {"bash": for_bash, "zsh": for_zsh, "fish": for_fish}[shell](words(keys, places))


def for_fish(every: list[str]) -> str:
    """The script for fish."""
    keys = "|".join(re.escape(key) for key in PATHS)
    return "\n".join(
        [
            "complete -c localism-sim -f",
            *(f"complete -c localism-sim -a '{word}'" for word in every),
            f"""function __localism_sim_paths
  set -l word (commandline -ct)
  string match -rq '^(?<key>{keys})=(?<value>.*)$' -- $word; or return
  for found in (__fish_complete_path $value)
    echo $key=$found
  end
end
complete -c localism-sim -a '(__localism_sim_paths)'""",
        ]
    )


def for_zsh(every: list[str]) -> str:
    """The script for zsh."""
    begun = [word for word in every if word.endswith("=")]
    whole = [word for word in every if not word.endswith("=")]
    return f"""(( $+functions[compdef] )) || {{ autoload -Uz compinit && compinit }}
_localism_sim() {{
  local -a begun whole
  begun=({" ".join(begun)})
  whole=({" ".join(whole)})
  if [[ $PREFIX == ({"|".join(PATHS)})=* ]]; then
    local key="${{PREFIX%%=*}}="
    compset -P '*='
    compadd -- ${{${{(M)whole:#$key*}}#$key}}
    _files
    return
  fi
  compadd -S '' -a begun
  compadd -a whole
}}
compdef _localism_sim localism-sim"""


def for_bash(every: list[str]) -> str:
    """The script for bash. Readline sees only what stands after the last `=` or `:`, so what stands
    before it is taken off.
    """
    return f"""_localism_sim() {{
  local at=$COMP_CWORD last="${{COMP_WORDS[COMP_CWORD]}}" word
  word="$last"
  if [ -n "$last" ] || [[ "${{COMP_LINE:0:COMP_POINT}}" != *" " ]]; then
    while ((at > 1)) && [[ "${{COMP_WORDS[at]}}" == [=:] || "${{COMP_WORDS[at-1]}}" == [=:] ]]; do
      at=$((at - 1)); word="${{COMP_WORDS[at]}}$word"
    done
  fi
  [[ "$last" == [=:] ]] && last=
  local before="${{word%"$last"}}"
  COMPREPLY=($(compgen -W "{" ".join(every)}" -- "$word"))
  COMPREPLY=("${{COMPREPLY[@]#"$before"}}")
  case "$word" in {"|".join(f"{key}=*" for key in PATHS)})
    local IFS=$'\\n' typed="${{word#*=}}" begun="${{before#*=}}" quote="[\\"']"
    typed="${{typed//\\\\/}}"; typed="${{typed#$quote}}"
    begun="${{begun//\\\\/}}"; begun="${{begun#$quote}}"
    local found=($(compgen -f -- "$typed"))
    COMPREPLY+=("${{found[@]#"$begun"}}")
    compopt -o filenames 2>/dev/null;;
  esac
  [[ "${{COMPREPLY[0]-}}" == *= ]] && compopt -o nospace 2>/dev/null
}}
complete -F _localism_sim localism-sim"""
