package main

const longHelp = `Print the audit of a zone from the log. Without a command it prints the timeline.

A time is one of
  2026-03-02T09:00:00+01:00   RFC 3339, with its own offset
  2026-03-02 09:00            or 2026-03-02 09:00:30, or 2026-03-02
  09:00                       today
  2h30m                       that long ago
  zn=1200                     when event 1200 of the zone happened
in UTC, or where --timezone says.

The timeline of an agent has the agent's commands, responses and notifications with
all that stands in the same turns about the agent (what the switch said, what it was
ordered to do, callbacks), the facts about the calls the agent was told of, and that
the desktop was gone. It reads nothing else of the zone. With --follow, facts and
traffic of a new call are shown from the moment the agent is told of it.

--session shows one call with everybody in it: the agent, whoever was consulted, the
traffic with the switch about its lines, and how it ended for each.

In text, → is a command, ← its response, • a notification, ◦ a fact and
⇄ traffic with a switch. What one input caused stands together, with the time on
its first line. Flags that are off, empty texts and the rest of long lists are
left out; json has them all, one envelope a line.

Exit codes:
  0  done
  1  the bus or a file failed, or it was interrupted
  2  the command line is wrong
  3  nothing was found
  4  the log is damaged: verify found a fault, or an event cannot be read`

const examples = `  replay --agent 1001 --from "2026-03-02 09:00" --to "2026-03-02 10:00"
  replay --session main-4711
  replay --agent 1001 --follow
  replay state --agent 1001 --at 09:05
  replay diff --from 09:00 --to 09:05
  replay verify --data data
  replay export --from 24h --format csv --out day.csv
  replay play --from 09:00 --to 12:00 --speed 10
  source <(replay completion bash)`

const timelineExamples = `  replay timeline --agent 1001 --agent 1002 --from 2h
  replay timeline --session main-4711
  replay timeline --zone east --name AGTLogonRESP --name AGTAgentLoggedOut --from 24h
  replay timeline --agent 1001 --timezone Europe/Berlin --from 08:00
  replay timeline --url nats://wallboard:secret@n1:4222 --from 1h
  replay timeline --from 1h --format json | jq 'select(.data.result > 0)'`

const stateHelp = `Show what the desktop of an agent showed at a moment: the states and how long they
have lasted, the capabilities, the contact and what was asked of it, the time that
was left to wrap up or to decide, what was waiting, the last command that was
refused. Values of MASKED_WRITE attributes are masked, as they were there.

It reads what is addressed to that agent up to the moment, and nothing else. A
command that is listed as unanswered was decided, and the log ends before its
response; one that had not been decided by then is not in the log.

Fields are named as on the bus; what is empty is left out. With json everything is
there, times in microseconds since 1970, UTC.`

const stateExamples = `  replay state --agent 1001 --at "2026-03-02 09:05:12"
  replay state --agent 1001 --at zn=88123 --format json
  replay state --agent 1001 --at 0s                  # now`

const diffHelp = `Show field by field what changed on the desktop of an agent between two moments, or,
without --agent, which desktops of the zone show something else and what. The second
reads the zone up to the second moment.`

const diffExamples = `  replay diff --agent 1001 --from 09:00 --to 09:05
  replay diff --zone east --from 10m --to 0s`

const verifyHelp = `Prove that the log of a zone is whole: that each commit of the journal carries the
hash of the one before, that its events fold without a missing number, that each
command was decided once and answered, that each agent was told what the matrix of
capabilities says, that the feed is the journal byte for byte, and that snapshots are
the state at their place. A journal that was trimmed must lead to its oldest
snapshot. It prints what it has checked, and fails with the first sequence that is
wrong and what is wrong with it.

Who can write the journal can also make it anew, with new hashes. So note down the
last line somewhere else, and give it to a later verify as --head.

The journal is not for everybody: the guests of a broker's own server may not read
it. Stop the broker and use --data; that verifies a copy and leaves the directory as
it is, and the copy needs as much room in the directory for temporary files. On a
cluster use the user of an auditor, in --url or --creds; a zone may go on meanwhile.`

const verifyExamples = `  replay verify --data data
  replay verify --data data --zone east --head 70212:5e0c…
  replay verify --url "nats://auditor:$PASSWORD@127.0.0.1:4222"`

const exportHelp = `Write events as JSON lines, one envelope a line with all its fields, or as CSV.

The columns of the CSV are
  zn,id,at,kind,name,agent,n,cause,session,job,switch,actor,data
at is UTC with microseconds, as 2026-03-02T09:00:00.120000Z; data is JSON; what does
not apply is empty. A text that a spreadsheet would take for a formula, and one that
begins with ', has a ' before it. The file is UTF-8 without a byte order mark, with
commas: tell a spreadsheet so when it asks. New columns will come behind these.
subjects.md explains them.

A file gets its name when all is in it, and never takes the place of another.`

const exportExamples = `  replay export --from "2026-03-02" --to "2026-03-03" --out day.jsonl
  replay export --from zn=1 --to zn=100000 --format csv --out part.csv
  replay export --agent 1001 --format csv | column -s, -t | less`

const playHelp = `Publish the events of a period again, for training or to show a wallboard what was: on
<prefix>.<zone>.… in place of pom.<zone>.…, at the pace of the log times the speed, with
the bodies as they are and a header, Deskbus-Replay. Nothing is stored, and nothing
is published where the log is.

Ctrl-C pauses, Enter goes on, and Ctrl-C again ends it. Without a terminal Ctrl-C ends
it at once.`

const playExamples = `  replay play --from "2026-03-02 09:00" --to "2026-03-02 12:00" --speed 10
  nats sub 'pom-replay.main.agent.*.ntf.>'`
