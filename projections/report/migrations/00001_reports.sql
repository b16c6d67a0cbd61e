-- +goose Up

-- One row for each interval of 15 minutes, agent and campaign. The agent is empty
-- for what happened to a campaign without one, the campaign for the time an agent
-- was in none. starts_at is in seconds since 1970, UTC; *_ms are milliseconds.
CREATE TABLE report_intervals (
    zone                    TEXT NOT NULL,
    starts_at               BIGINT NOT NULL,
    agent                   TEXT NOT NULL,
    campaign                TEXT NOT NULL,
    staffed_ms              BIGINT NOT NULL,
    ready_ms                BIGINT NOT NULL,
    pending_not_ready_ms    BIGINT NOT NULL,
    not_ready_ms            BIGINT NOT NULL,
    idle_ms                 BIGINT NOT NULL,
    nailed_idle_ms          BIGINT NOT NULL,
    unavailable_ms          BIGINT NOT NULL,
    inbound_ms              BIGINT NOT NULL,
    preview_ms              BIGINT NOT NULL,
    dialing_ms              BIGINT NOT NULL,
    talk_ms                 BIGINT NOT NULL,
    conference_ms           BIGINT NOT NULL,
    hold_ms                 BIGINT NOT NULL,
    consult_ms              BIGINT NOT NULL,
    wrapup_ms               BIGINT NOT NULL,
    assist_ms               BIGINT NOT NULL,
    contacts_handled        BIGINT NOT NULL,
    transferred_out         BIGINT NOT NULL,
    transferred_in          BIGINT NOT NULL,
    consulted               BIGINT NOT NULL,
    conferenced             BIGINT NOT NULL,
    held                    BIGINT NOT NULL,
    agent_hung_up_first     BIGINT NOT NULL,
    attempts                BIGINT NOT NULL,
    live_answers            BIGINT NOT NULL,
    machine_answers         BIGINT NOT NULL,
    busy                    BIGINT NOT NULL,
    no_answer               BIGINT NOT NULL,
    failed                  BIGINT NOT NULL,
    abandoned               BIGINT NOT NULL,
    callbacks_scheduled     BIGINT NOT NULL,
    callbacks_kept          BIGINT NOT NULL,
    callbacks_expired       BIGINT NOT NULL,
    dnc_additions           BIGINT NOT NULL,
    PRIMARY KEY (zone, starts_at, agent, campaign)
);
CREATE INDEX report_intervals_by_agent ON report_intervals (zone, agent, starts_at);

-- The time in NotReady by reason; its sum is not_ready_ms.
CREATE TABLE report_not_ready (
    zone      TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    agent     TEXT NOT NULL,
    campaign  TEXT NOT NULL,
    code      TEXT NOT NULL,
    name      TEXT NOT NULL,
    amount    BIGINT NOT NULL, -- milliseconds
    PRIMARY KEY (zone, starts_at, agent, campaign, code, name)
);

-- The contacts by completion code.
CREATE TABLE report_dispositions (
    zone      TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    agent     TEXT NOT NULL,
    campaign  TEXT NOT NULL,
    code      TEXT NOT NULL,
    name      TEXT NOT NULL,
    amount    BIGINT NOT NULL, -- contacts
    PRIMARY KEY (zone, starts_at, agent, campaign, code, name)
);

-- The agents and campaigns there have been; kind is agent or campaign.
CREATE TABLE report_names (
    zone TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (zone, kind, name)
);

-- How far the feed of a zone is counted: the number and the time of the newest
-- event, in microseconds since 1970, UTC.
CREATE TABLE report_checkpoints (
    zone    TEXT PRIMARY KEY,
    zn      BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    trimmed BOOLEAN NOT NULL -- the feed had lost its beginning
);

-- What is under way at the checkpoint, so that counting can go on: agents, calls,
-- callbacks. The state is for Deskbus alone.
CREATE TABLE report_open (
    zone  TEXT NOT NULL,
    kind  TEXT NOT NULL,
    id    TEXT NOT NULL,
    state BYTEA NOT NULL,
    PRIMARY KEY (zone, kind, id)
);

-- +goose Down
DROP TABLE report_open;
DROP TABLE report_checkpoints;
DROP TABLE report_names;
DROP TABLE report_dispositions;
DROP TABLE report_not_ready;
DROP TABLE report_intervals;
