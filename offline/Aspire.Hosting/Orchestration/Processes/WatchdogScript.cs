namespace Aspire.Hosting.Orchestration.Processes;

internal static class WatchdogScript
{
    /// <summary>
    /// POSIX sh. Argument: the marker (NAME=value) every process of the run has in its environment. Standard input: "+ PID START"
    /// and "- PID" for the leaders of process groups, "c RUNTIME LABEL" once containers are in use. Its end means the AppHost is gone.
    /// A group is left alone if its leader's number meanwhile belongs to a process that started at another time. The marker
    /// finds what left its group, or was started in the moment before the end. Zombies count as gone.
    /// </summary>
    public const string Text = """
        exec >/dev/null 2>&1
        trap '' TERM INT HUP QUIT
        marker=$1 list= runtime= label= groups=
        while read -r verb one two; do
          case $verb in
            +) list="$list $one:$two" ;;
            -) kept=
               for entry in $list; do [ "${entry%%:*}" = "$one" ] || kept="$kept $entry"; done
               list=$kept ;;
            c) runtime=$one label=$two ;;
          esac
        done

        if [ -n "$runtime" ]; then
          ( containers=$("$runtime" ps -aq --filter "label=$label")
            [ -z "$containers" ] || "$runtime" rm -f $containers
            networks=$("$runtime" network ls -q --filter "label=$label")
            [ -z "$networks" ] || "$runtime" network rm $networks ) &
        fi

        ours() {
          [ "$2" != 0 ] && read -r stat < "/proc/$1/stat" || return 0
          started=$2
          set -- ${stat##*) }
          [ "${20}" = "$started" ]
        }
        for entry in $list; do
          ours "${entry%%:*}" "${entry##*:}" && groups="$groups ${entry%%:*}"
        done

        left() {
          if [ ! -r /proc/self/stat ]; then
            for group in $groups; do kill -0 "-$group" && echo "-$group"; done
            return
          fi
          for file in /proc/[0-9]*/stat; do
            read -r stat < "$file" || continue
            set -- ${stat##*) }
            case " $groups " in *" $3 "*) [ "$1" = Z ] || { file=${file#/proc/}; echo "${file%/stat}"; } ;; esac
          done
          grep -lF "$marker" /proc/[0-9]*/environ | sed 's,^/proc/,,; s,/environ$,,'
        }

        signal=TERM rounds=0
        pids=$(left)
        while [ -n "$pids" ] && [ $rounds -lt 50 ]; do
          for pid in $pids; do [ $signal = wait ] || kill "-$signal" "$pid"; done
          sleep 0.1
          rounds=$((rounds + 1)) signal=wait
          [ $rounds -lt 30 ] || signal=KILL
          pids=$(left)
        done
        wait
        """;
}
