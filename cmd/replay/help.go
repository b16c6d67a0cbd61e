package main

const longHelp = `Print the audit of a zone from the event feed.

A time is in UTC, one of
  2026-03-02T09:00:00+01:00   RFC 3339, with its own offset
  2026-03-02 09:00            or 2026-03-02 09:00:30, or 2026-03-02
  09:00                       today
  2h30m                       that long ago

--agent shows the agent's commands, responses and notifications, the facts about
the calls the agent was told of, about callbacks of the agent and about a desktop
that was gone, and the traffic with the switch about the agent or those calls.
With --follow, facts and traffic of a new call are shown from the moment the agent
is told of it.

--session shows everything about one call. Without --agent everything between
--since and --until is read for it.

In text, → is a command, ← its response, • a notification, ◦ a fact and
⇄ traffic with a switch. What one input caused stands together, with the time on
its first line. Flags that are off, empty texts and the rest of long lists are
left out; json has them all.

The exit code is 0, also when nothing was found; 1 when the feed cannot be read;
2 when the command line is wrong.`

const examples = `  replay --agent 1001 --since "2026-03-02 09:00" --until "2026-03-02 10:00"
  replay --zone east --session east-4711
  replay --name AGTLogonRESP --name AGTAgentLoggedOut --since 24h
  replay --agent 1001 --follow
  replay --url nats://wallboard:secret@n1:4222 --since 1h
  replay --since 1h --format json | jq 'select(.data.result > 0)'`
