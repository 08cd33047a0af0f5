-- What the migrations add up to, for readers; never run. Written by
-- go test ./migrations -update
-- The job engine's own tables (river_*) are left out: rivermigrate makes them.

-- Persons and organisations. Never deleted: instances and audit lines name them.
CREATE TABLE party (
    id bigint NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    person_number text,
    organisation_number text,
    language text NOT NULL DEFAULT '',
    email text NOT NULL DEFAULT '',
    phone text NOT NULL DEFAULT '',
    -- The service owner's code; NULL when the organisation is no service owner.
    org text,
    CONSTRAINT party_pkey PRIMARY KEY (id),
    CONSTRAINT party_org_key UNIQUE (org),
    CONSTRAINT party_organisation_number_key UNIQUE (organisation_number),
    CONSTRAINT party_person_number_key UNIQUE (person_number),
    CONSTRAINT party_id_check CHECK ((id > 0)),
    CONSTRAINT party_kind_check CHECK ((kind = ANY (ARRAY['person', 'organisation']))),
    CONSTRAINT party_language_check CHECK ((language = ANY (ARRAY['', 'nb', 'nn', 'en']))),
    CONSTRAINT party_number_check CHECK ((((kind = 'person') = (person_number IS NOT NULL)) AND ((kind = 'organisation') = (organisation_number IS NOT NULL)))),
    CONSTRAINT party_org_check CHECK (((org IS NULL) OR ((org <> '') AND (kind = 'organisation')))),
    CONSTRAINT party_organisation_number_check CHECK ((organisation_number ~ '^[0-9]{9}$')),
    CONSTRAINT party_person_number_check CHECK ((person_number ~ '^[0-9]{11}$'))
);

-- A person holds a role for a party for a time. Never deleted: what was granted is history.
CREATE TABLE role_grant (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    person bigint NOT NULL,
    party bigint NOT NULL,
    role text NOT NULL,
    source text NOT NULL,
    reason text NOT NULL DEFAULT '',
    granted_by bigint,
    granted timestamptz NOT NULL DEFAULT now(),
    valid_from timestamptz NOT NULL DEFAULT now(),
    -- The first moment at which the role no longer holds; NULL is without end.
    valid_to timestamptz,
    withdrawn_at timestamptz,
    withdrawn_by bigint,
    limit_org text NOT NULL DEFAULT '',
    -- The only app in which the grant counts; empty is all.
    limit_app text NOT NULL DEFAULT '',
    -- The data field whose values (limit_values) a case must have for the grant to count; empty is none.
    limit_field text NOT NULL DEFAULT '',
    limit_values text[] NOT NULL DEFAULT '{}'[],
    CONSTRAINT role_grant_pkey PRIMARY KEY (id),
    CONSTRAINT role_grant_granted_by_fkey FOREIGN KEY (granted_by) REFERENCES party(id),
    CONSTRAINT role_grant_party_fkey FOREIGN KEY (party) REFERENCES party(id),
    CONSTRAINT role_grant_person_fkey FOREIGN KEY (person) REFERENCES party(id),
    CONSTRAINT role_grant_withdrawn_by_fkey FOREIGN KEY (withdrawn_by) REFERENCES party(id),
    CONSTRAINT role_grant_limit_check CHECK ((((limit_org = '') = (limit_app = '')) AND ((limit_field = '') = (cardinality(limit_values) = 0)))),
    CONSTRAINT role_grant_role_check CHECK ((role <> '')),
    CONSTRAINT role_grant_source_check CHECK ((source = ANY (ARRAY['register', 'granted']))),
    CONSTRAINT role_grant_time_check CHECK ((valid_to > valid_from)),
    CONSTRAINT role_grant_withdrawn_check CHECK (((withdrawn_by IS NULL) OR (withdrawn_at IS NOT NULL)))
);
CREATE INDEX role_grant_of_person ON role_grant (person, party);
CREATE INDEX role_grant_at_party ON role_grant (party, id DESC);
CREATE INDEX role_grant_holders ON role_grant (party, person);

-- Signed-in browsers. The cookie holds a random token, the row its SHA-256 only.
CREATE TABLE session (
    hash bytea NOT NULL,
    data jsonb NOT NULL,
    person bigint,
    -- The identity provider's session, for its front-channel logout; empty before sign-in.
    sid text NOT NULL DEFAULT '',
    created timestamptz NOT NULL DEFAULT now(),
    last_seen timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT session_pkey PRIMARY KEY (hash),
    CONSTRAINT session_hash_check CHECK ((octet_length(hash) = 32))
);
CREATE INDEX session_of_provider ON session (sid) WHERE (sid <> '');

-- Each version of an app that was ever in force: an instance is shown as it was made.
CREATE TABLE app_version (
    org text NOT NULL,
    app text NOT NULL,
    hash text NOT NULL,
    archive bytea NOT NULL,
    created timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT app_version_pkey PRIMARY KEY (org, app, hash)
);

-- What lists show of an instance; its form data and attachments are in tables of their own.
CREATE TABLE instance (
    id uuid NOT NULL,
    org text NOT NULL,
    app text NOT NULL,
    owner bigint NOT NULL,
    app_version text NOT NULL,
    status text NOT NULL,
    -- Counts every change. A change names the version it was based on.
    version integer NOT NULL DEFAULT 1,
    -- A case that is whole: caseworkers' lists show it. Never set for what a person fills in.
    ready boolean NOT NULL DEFAULT false,
    process_started timestamptz NOT NULL DEFAULT now(),
    task text NOT NULL DEFAULT '',
    task_type text NOT NULL DEFAULT '',
    -- When the instance last changed hands; opened before that is unread.
    task_since timestamptz NOT NULL DEFAULT now(),
    end_event text NOT NULL DEFAULT '',
    ended timestamptz,
    reference text NOT NULL DEFAULT '',
    title text NOT NULL DEFAULT '',
    applicant text NOT NULL DEFAULT '',
    source_org text,
    source_app text,
    source_owner bigint,
    source_id uuid,
    data_values jsonb,
    substatus jsonb,
    -- The caseworker who has taken the case; 0 when nobody has.
    assignee bigint NOT NULL DEFAULT 0,
    created_by bigint,
    language text NOT NULL DEFAULT '',
    due timestamptz,
    created timestamptz NOT NULL DEFAULT now(),
    changed timestamptz NOT NULL DEFAULT now(),
    submitted timestamptz,
    -- The time that the owner's own lists are ordered by.
    listed timestamptz NOT NULL GENERATED ALWAYS AS (COALESCE(submitted, created)) STORED,
    -- The instance that the matter began with; NULL for that one itself.
    thread uuid,
    thread_owner bigint,
    -- The time that lists by deadline are ordered by; a case without a deadline comes last.
    due_at timestamptz NOT NULL GENERATED ALWAYS AS (COALESCE(due, '9999-12-31 00:00:00+00'::timestamptz)) STORED,
    -- The instance that this one is a later version of; NULL for the first version.
    corrects uuid,
    -- When the applicant took back what they sent, and their words about it; NULL until then.
    withdrawal jsonb,
    -- The id of the data field that the app's policy names; empty for none.
    limit_field text NOT NULL DEFAULT '',
    -- What a scope that is limited by the field compares.
    limit_key text NOT NULL GENERATED ALWAYS AS (
CASE
    WHEN (limit_field = '') THEN ''
    WHEN (length((data_values ->> limit_field)) <= 200) THEN ((limit_field || '=') || (data_values ->> limit_field))
    ELSE (limit_field || '=')
END) STORED,
    -- Until when the case waits for its applicant; NULL when it does not.
    hold_until timestamptz,
    -- The part of the organisation that has it; empty for none.
    unit text NOT NULL GENERATED ALWAYS AS (COALESCE((data_values ->> 'unit'), '')) STORED,
    -- Who prepared what a second person is to complete where the case stands; null where none is asked for.
    prepared_by bigint[],
    -- When the applicant answered what the case asks for where it stands; NULL until then.
    answered timestamptz,
    CONSTRAINT instance_pkey PRIMARY KEY (id),
    CONSTRAINT instance_process_check CHECK ((((task = '') = (ended IS NOT NULL)) AND ((end_event <> '') = (ended IS NOT NULL)))),
    CONSTRAINT instance_ready_check CHECK (((NOT ready) OR (submitted IS NOT NULL))),
    CONSTRAINT instance_source_check CHECK ((((source_id IS NULL) = (source_org IS NULL)) AND ((source_id IS NULL) = (source_app IS NULL)) AND ((source_id IS NULL) = (source_owner IS NULL)))),
    CONSTRAINT instance_status_check CHECK ((status = ANY (ARRAY['draft', 'active', 'archived']))),
    CONSTRAINT instance_thread_check CHECK (((thread IS NULL) = (thread_owner IS NULL))),
    CONSTRAINT instance_version_check CHECK ((version > 0))
);
CREATE INDEX instance_of_owner ON instance (owner, org, app, status, listed DESC, id DESC);
CREATE INDEX instance_inbox ON instance (owner, org, app, task, submitted DESC, id DESC) WHERE (ready AND (ended IS NULL));
CREATE INDEX instance_inbox_assignee ON instance (owner, org, app, task, assignee, submitted DESC, id DESC) WHERE (ready AND (ended IS NULL));
CREATE INDEX instance_ended ON instance (owner, org, app, end_event, submitted DESC, id DESC) WHERE (ready AND (ended IS NOT NULL));
CREATE INDEX instance_ended_assignee ON instance (owner, org, app, end_event, assignee, submitted DESC, id DESC) WHERE (ready AND (ended IS NOT NULL));
CREATE INDEX instance_by_reference ON instance (owner, reference) WHERE ready;
CREATE INDEX instance_of_system ON instance (org, app, task, end_event, changed DESC, id DESC);
CREATE INDEX instance_of_thread ON instance (thread, created, id) WHERE (thread IS NOT NULL);
CREATE INDEX instance_due ON instance (owner, org, app, task, due_at, id) WHERE (ready AND (ended IS NULL));
CREATE INDEX instance_due_assignee ON instance (owner, org, app, task, assignee, due_at, id) WHERE (ready AND (ended IS NULL));
CREATE UNIQUE INDEX instance_reference_key ON instance (reference) WHERE ((source_id IS NULL) AND (corrects IS NULL) AND (reference <> ''));
CREATE INDEX instance_of_corrects ON instance (corrects) WHERE (corrects IS NOT NULL);
CREATE UNIQUE INDEX instance_correction_draft_key ON instance (corrects) WHERE ((corrects IS NOT NULL) AND (status = 'draft'));
CREATE INDEX instance_inbox_limited ON instance (owner, org, app, task, limit_key, submitted DESC, id DESC) WHERE (ready AND (ended IS NULL) AND (limit_field <> ''));
CREATE INDEX instance_ended_limited ON instance (owner, org, app, end_event, limit_key, submitted DESC, id DESC) WHERE (ready AND (ended IS NOT NULL) AND (limit_field <> ''));
CREATE INDEX instance_due_limited ON instance (owner, org, app, task, limit_key, due_at, id) WHERE (ready AND (ended IS NULL) AND (limit_field <> ''));
CREATE INDEX instance_inbox_limited_assignee ON instance (owner, org, app, task, limit_key, assignee, submitted DESC, id DESC) WHERE (ready AND (ended IS NULL) AND (limit_field <> ''));
CREATE INDEX instance_ended_limited_assignee ON instance (owner, org, app, end_event, limit_key, assignee, submitted DESC, id DESC) WHERE (ready AND (ended IS NOT NULL) AND (limit_field <> ''));
CREATE INDEX instance_due_limited_assignee ON instance (owner, org, app, task, limit_key, assignee, due_at, id) WHERE (ready AND (ended IS NULL) AND (limit_field <> ''));
CREATE INDEX instance_held ON instance (owner, org, app, task, hold_until, id) WHERE (ready AND (ended IS NULL) AND (hold_until IS NOT NULL));
CREATE INDEX instance_ended_at ON instance (owner, org, app, end_event, ended) INCLUDE (submitted) WHERE (ready AND (ended IS NOT NULL));
CREATE INDEX instance_old_drafts ON instance (org, app, changed) WHERE ((status = 'draft') AND (source_id IS NULL));
CREATE INDEX instance_of_applicant ON instance (owner, thread_owner, submitted DESC, id DESC) WHERE (ready AND (thread_owner IS NOT NULL));
CREATE INDEX instance_unit_assignee ON instance (owner, org, app, task, unit, assignee, submitted DESC, id DESC) INCLUDE (due, hold_until) WHERE (ready AND (ended IS NULL) AND (unit <> ''));
CREATE INDEX instance_unit ON instance (owner, org, app, task, unit, submitted DESC, id DESC) INCLUDE (due, hold_until) WHERE (ready AND (ended IS NULL) AND (unit <> ''));
CREATE INDEX instance_to_approve ON instance (owner, org, app, task, submitted DESC, id DESC) INCLUDE (prepared_by) WHERE (ready AND (ended IS NULL) AND ((prepared_by IS NOT NULL) OR (task_type = ANY (ARRAY['confirmation', 'signing']))));
CREATE INDEX instance_to_approve_due ON instance (owner, org, app, task, due_at, id) INCLUDE (prepared_by) WHERE (ready AND (ended IS NULL) AND ((prepared_by IS NOT NULL) OR (task_type = ANY (ARRAY['confirmation', 'signing']))));
CREATE TRIGGER close AFTER UPDATE OF ended ON instance FOR EACH ROW WHEN (((new.ended IS NULL) <> (old.ended IS NULL))) EXECUTE FUNCTION close_values();
CREATE TRIGGER tell AFTER INSERT OR DELETE OR UPDATE OF task, end_event, substatus, withdrawal ON instance FOR EACH ROW EXECUTE FUNCTION tell_instance();
CREATE TRIGGER wake AFTER UPDATE OF task_since ON instance FOR EACH ROW WHEN ((new.task_since <> old.task_since)) EXECUTE FUNCTION wake_case();
ALTER TABLE instance ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON instance USING COALESCE(((owner = ANY (( SELECT asking_parties() AS asking_parties)::bigint[])) OR (org = ( SELECT asking_org() AS asking_org)) OR ( SELECT asking_system() AS asking_system) OR ((app = ( SELECT asking_open_app() AS asking_open_app)) AND (org = ( SELECT asking_open_org() AS asking_open_org)))), false);
CREATE POLICY listed ON instance AS RESTRICTIVE FOR SELECT USING COALESCE((( SELECT ('*' = ANY (asking_apps()))) OR (app = ANY (( SELECT asking_apps() AS asking_apps)[]))), false);

-- When a person last opened an instance for the first time since it changed hands.
CREATE TABLE seen (
    instance uuid NOT NULL,
    person bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT seen_pkey PRIMARY KEY (instance, person),
    CONSTRAINT seen_instance_fkey FOREIGN KEY (instance) REFERENCES instance(id) ON DELETE CASCADE
);
ALTER TABLE seen ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON seen USING COALESCE(((person = ( SELECT asking_person() AS asking_person)) OR ( SELECT asking_system() AS asking_system)), false);

-- One file's content; attached when a data element or a delivery holds it.
CREATE TABLE upload (
    id uuid NOT NULL,
    -- Who sent it: person:<party>, org:<number> or system.
    taken_by text NOT NULL,
    attached boolean NOT NULL DEFAULT false,
    created timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT upload_pkey PRIMARY KEY (id)
);
CREATE INDEX upload_unattached ON upload (created) WHERE (NOT attached);
ALTER TABLE upload ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON upload USING COALESCE(((taken_by = ( SELECT asking() AS asking)) OR ( SELECT asking_system() AS asking_system) OR (EXISTS ( SELECT FROM element e WHERE (e.upload = upload.id) OFFSET 0))), false) WITH CHECK ((taken_by = ( SELECT asking() AS asking)) OR ( SELECT asking_system() AS asking_system));

-- A file in pieces of 256 KiB, so that neither side ever holds a whole one in memory.
CREATE TABLE upload_chunk (
    upload uuid NOT NULL,
    n integer NOT NULL,
    data bytea NOT NULL STORAGE EXTERNAL,
    CONSTRAINT upload_chunk_pkey PRIMARY KEY (upload, n),
    CONSTRAINT upload_chunk_upload_fkey FOREIGN KEY (upload) REFERENCES upload(id) ON DELETE CASCADE,
    CONSTRAINT upload_chunk_n_check CHECK ((n >= 0)),
    CONSTRAINT upload_chunk_size_check CHECK (((octet_length(data) >= 1) AND (octet_length(data) <= 262144)))
);
ALTER TABLE upload_chunk ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON upload_chunk USING COALESCE((( SELECT asking_system() AS asking_system) OR (EXISTS ( SELECT FROM element e WHERE (e.upload = upload_chunk.upload) OFFSET 0)) OR (EXISTS ( SELECT FROM upload u WHERE ((u.id = upload_chunk.upload) AND (NOT u.attached) AND (u.taken_by = ( SELECT asking() AS asking))) OFFSET 0))), false);

-- One piece of an instance's data: form data (its body) or an attachment (its upload).
CREATE TABLE element (
    id uuid NOT NULL,
    instance uuid NOT NULL,
    type text NOT NULL,
    content_type text NOT NULL,
    filename text NOT NULL DEFAULT '',
    size bigint NOT NULL,
    sha256 bytea,
    upload uuid,
    -- json, not jsonb: a number comes back just as it was typed.
    body json,
    locked boolean NOT NULL DEFAULT false,
    version integer NOT NULL DEFAULT 1,
    created timestamptz NOT NULL DEFAULT now(),
    -- Words that a service owner's system marks an element with.
    tags text[] NOT NULL DEFAULT '{}'[],
    -- clean: a virus scanner has seen all of the file and found nothing; null: none was asked.
    scan text,
    CONSTRAINT element_pkey PRIMARY KEY (id),
    CONSTRAINT element_upload_key UNIQUE (upload),
    CONSTRAINT element_instance_fkey FOREIGN KEY (instance) REFERENCES instance(id) ON DELETE CASCADE,
    CONSTRAINT element_upload_fkey FOREIGN KEY (upload) REFERENCES upload(id),
    CONSTRAINT element_content_check CHECK ((((upload IS NULL) = (body IS NOT NULL)) AND ((upload IS NULL) = (sha256 IS NULL)))),
    CONSTRAINT element_scan_check CHECK (((scan IS NULL) OR ((scan = 'clean') AND (upload IS NOT NULL)))),
    CONSTRAINT element_sha256_check CHECK ((octet_length(sha256) = 32)),
    CONSTRAINT element_size_check CHECK ((size >= 0))
);
CREATE INDEX element_of_instance ON element (instance);
CREATE TRIGGER tell AFTER INSERT OR DELETE OR UPDATE OF body, upload ON element FOR EACH ROW WHEN ((asking_org() IS NOT NULL)) EXECUTE FUNCTION tell_saved();
ALTER TABLE element ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON element USING (EXISTS ( SELECT FROM instance i WHERE (i.id = element.instance) OFFSET 0));

-- One handover of one instance, made in the submit's own transaction: what people see of it.
CREATE TABLE delivery (
    id uuid NOT NULL,
    source_org text NOT NULL,
    source_app text NOT NULL,
    source_owner bigint NOT NULL,
    source_id uuid NOT NULL,
    handover text NOT NULL,
    to_org text NOT NULL,
    to_app text NOT NULL,
    owner bigint NOT NULL,
    owner_number text NOT NULL DEFAULT '',
    reference text NOT NULL DEFAULT '',
    state text NOT NULL DEFAULT 'waiting',
    -- The latest attempt's number, and its fence: only who holds it may write an outcome.
    attempts integer NOT NULL DEFAULT 0,
    error_code text NOT NULL DEFAULT '',
    error_detail text NOT NULL DEFAULT '',
    target_owner bigint,
    target_id uuid,
    created timestamptz NOT NULL DEFAULT now(),
    next_try timestamptz,
    delivered timestamptz,
    without_pdf boolean NOT NULL DEFAULT false,
    -- What is handed over, frozen at submit.
    payload json NOT NULL,
    -- The submission's PDF, made once and kept: what pdf_upload holds.
    pdf json,
    pdf_upload uuid,
    kind text NOT NULL DEFAULT 'instance',
    -- The source's version when it was planned: a handover may happen again, but not in one step.
    round integer NOT NULL DEFAULT 0,
    -- The delivery that must have come through before this one is tried; NULL for none.
    after uuid,
    -- From when it has been tried without a person's doing: its time is counted from then.
    tried_since timestamptz NOT NULL DEFAULT now(),
    -- What the target said in its own words about the last attempt, when nothing of the case is in it.
    said text NOT NULL DEFAULT '',
    -- When a person ended it, and given_up_why the reason that people are told; kept if it is tried again.
    given_up timestamptz,
    given_up_why text NOT NULL DEFAULT '',
    -- When what may have been made was last asked for, where no answer has told; NULL for none.
    unanswered timestamptz,
    -- It is not tried before this, and can be stopped until then; NULL where it goes at once.
    not_before timestamptz,
    CONSTRAINT delivery_pkey PRIMARY KEY (id),
    CONSTRAINT delivery_once_key UNIQUE (source_id, handover, round),
    CONSTRAINT delivery_after_fkey FOREIGN KEY (after) REFERENCES delivery(id),
    CONSTRAINT delivery_pdf_upload_fkey FOREIGN KEY (pdf_upload) REFERENCES upload(id),
    CONSTRAINT delivery_given_up_check CHECK (((state <> 'given_up') OR ((given_up IS NOT NULL) AND (given_up_why <> '')))),
    CONSTRAINT delivery_kind_check CHECK ((kind = ANY (ARRAY['instance', 'data', 'report', 'correction', 'withdrawal', 'message']))),
    CONSTRAINT delivery_pdf_check CHECK (((pdf IS NULL) = (pdf_upload IS NULL))),
    CONSTRAINT delivery_state_check CHECK ((state = ANY (ARRAY['waiting', 'delivered', 'parked', 'given_up']))),
    CONSTRAINT delivery_target_check CHECK ((((state = 'delivered') = (target_id IS NOT NULL)) AND ((state = 'delivered') = (target_owner IS NOT NULL)) AND ((state = 'delivered') = (delivered IS NOT NULL))))
);
CREATE INDEX delivery_of_org ON delivery (state, source_org, created DESC, id DESC);
CREATE INDEX delivery_of_after ON delivery (after) WHERE (after IS NOT NULL);
CREATE INDEX delivery_open ON delivery (source_org, source_app, to_org, to_app, handover, state, source_owner) WHERE (state <> 'delivered');
CREATE INDEX delivery_at_target ON delivery (source_org, to_org, to_app, state, created DESC, id DESC) WHERE (state <> 'delivered');
ALTER TABLE delivery ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON delivery USING COALESCE(((source_owner = ANY (( SELECT asking_parties() AS asking_parties)::bigint[])) OR (source_org = ( SELECT asking_org() AS asking_org)) OR (source_org = ( SELECT asking_delivering() AS asking_delivering)) OR ( SELECT asking_system() AS asking_system)), false);

-- Attempts that came to an outcome. A missing number is of a worker that died on the way.
CREATE TABLE delivery_attempt (
    delivery uuid NOT NULL,
    number integer NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    outcome text NOT NULL,
    code text NOT NULL DEFAULT '',
    detail text NOT NULL DEFAULT '',
    milliseconds bigint NOT NULL DEFAULT 0,
    -- From the attempt's start until the PDF was at hand; NULL when it had none or did not get so far.
    pdf_milliseconds bigint,
    -- From the attempt's start until it had its token; NULL when it did not get so far.
    token_milliseconds bigint,
    said text NOT NULL DEFAULT '',
    CONSTRAINT delivery_attempt_pkey PRIMARY KEY (delivery, number),
    CONSTRAINT delivery_attempt_delivery_fkey FOREIGN KEY (delivery) REFERENCES delivery(id),
    CONSTRAINT delivery_attempt_outcome_check CHECK ((outcome = ANY (ARRAY['delivered', 'failed', 'parked'])))
);
ALTER TABLE delivery_attempt ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON delivery_attempt USING (EXISTS ( SELECT FROM delivery d WHERE (d.id = delivery_attempt.delivery) OFFSET 0));

-- Which instance a system's request made, so that the same request again makes no second one.
CREATE TABLE idempotency_key (
    org text NOT NULL,
    key text NOT NULL,
    -- A hash of all that was sent: other content under the same key is refused.
    content bytea NOT NULL,
    instance_org text NOT NULL,
    instance_app text NOT NULL,
    instance_owner bigint NOT NULL,
    instance_id uuid NOT NULL,
    created timestamptz NOT NULL DEFAULT now(),
    -- What the answer told of how it goes: the answer to the same request again does too. NULL where it told nothing.
    told jsonb,
    CONSTRAINT idempotency_key_pkey PRIMARY KEY (org, key)
);
ALTER TABLE idempotency_key ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON idempotency_key USING COALESCE(((org = ( SELECT asking_org() AS asking_org)) OR ( SELECT asking_system() AS asking_system)), false);

-- Who did or asked for what, for whom, and how it ended. Append-only; no content of a case.
CREATE TABLE audit_event (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    at timestamptz NOT NULL DEFAULT now(),
    actor bigint,
    actor_kind text NOT NULL,
    actor_name text NOT NULL DEFAULT '',
    organisation_number text NOT NULL DEFAULT '',
    -- Whose data or roles the act was about.
    party bigint,
    org text NOT NULL DEFAULT '',
    app text NOT NULL DEFAULT '',
    instance uuid,
    task text NOT NULL DEFAULT '',
    act text NOT NULL,
    outcome text NOT NULL,
    purpose text NOT NULL DEFAULT '',
    detail jsonb,
    request text NOT NULL DEFAULT '',
    session text NOT NULL DEFAULT '',
    -- The transaction that wrote the line; lines are sealed in the order of (xact, id).
    xact xid8 NOT NULL DEFAULT pg_current_xact_id(),
    CONSTRAINT audit_event_pkey PRIMARY KEY (id),
    CONSTRAINT audit_event_act_check CHECK ((act <> '')),
    CONSTRAINT audit_event_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['', 'person', 'org', 'system']))),
    CONSTRAINT audit_event_outcome_check CHECK ((outcome = ANY (ARRAY['done', 'refused'])))
);
CREATE INDEX audit_event_of_instance ON audit_event (instance, id DESC) WHERE (instance IS NOT NULL);
CREATE INDEX audit_event_of_party ON audit_event (party, id DESC);
CREATE UNIQUE INDEX audit_event_sealing ON audit_event (xact, id);
CREATE INDEX audit_event_by_actor ON audit_event (party, actor, id DESC);
CREATE TRIGGER audit_event_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON audit_event FOR EACH STATEMENT EXECUTE FUNCTION audit_event_is_append_only();
ALTER TABLE audit_event ENABLE ROW LEVEL SECURITY;
CREATE POLICY appended ON audit_event FOR INSERT WITH CHECK true;
CREATE POLICY asked ON audit_event FOR SELECT USING COALESCE(((party = ANY (( SELECT asking_parties() AS asking_parties)::bigint[])) OR (org = ( SELECT asking_org() AS asking_org)) OR ( SELECT asking_system() AS asking_system)), false);

-- Server processes that work jobs. The jobs of one that is silent are taken over.
CREATE UNLOGGED TABLE worker (
    id text NOT NULL,
    seen timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT worker_pkey PRIMARY KEY (id)
);

-- Which organisation's system has said that it is done with an instance, and when first.
CREATE TABLE confirmation (
    instance uuid NOT NULL,
    -- The code of the service owner.
    organisation text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT confirmation_pkey PRIMARY KEY (instance, organisation),
    CONSTRAINT confirmation_instance_fkey FOREIGN KEY (instance) REFERENCES instance(id) ON DELETE CASCADE
);
CREATE TRIGGER tell AFTER INSERT ON confirmation FOR EACH ROW EXECUTE FUNCTION tell_beside();
ALTER TABLE confirmation ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON confirmation USING (EXISTS ( SELECT FROM instance i WHERE (i.id = confirmation.instance) OFFSET 0));

-- What is written in each case, in its documents and its attachments' names, for the search.
CREATE TABLE case_search (
    instance uuid NOT NULL,
    owner bigint NOT NULL,
    org text NOT NULL,
    app text NOT NULL,
    -- The party that sent it; 0 when nobody here did.
    applicant bigint NOT NULL DEFAULT 0,
    words tsvector NOT NULL,
    CONSTRAINT case_search_pkey PRIMARY KEY (instance),
    CONSTRAINT case_search_instance_fkey FOREIGN KEY (instance) REFERENCES instance(id) ON DELETE CASCADE
);
CREATE INDEX case_search_words ON case_search USING gin (words);
CREATE INDEX case_search_applicant ON case_search (owner, applicant) WHERE (applicant <> 0);
CREATE TRIGGER lose_words_changed AFTER UPDATE ON case_search FOR EACH ROW EXECUTE FUNCTION lose_words();
CREATE TRIGGER lose_words_deleted AFTER DELETE ON case_search FOR EACH ROW EXECUTE FUNCTION lose_words();
ALTER TABLE case_search ENABLE ROW LEVEL SECURITY;

-- Cases found by a national identity number, under a key that says nothing, for 15 minutes.
CREATE TABLE case_pick (
    key bytea NOT NULL,
    person bigint NOT NULL,
    owner bigint NOT NULL,
    cases uuid[] NOT NULL,
    made timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT case_pick_pkey PRIMARY KEY (key),
    CONSTRAINT case_pick_key_check CHECK ((octet_length(key) = 16))
);
CREATE INDEX case_pick_made ON case_pick (made);
ALTER TABLE case_pick ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON case_pick USING COALESCE(((person = ( SELECT asking_person() AS asking_person)) OR ( SELECT asking_system() AS asking_system)), false);

-- What each new version from the applicant changed in an instance, and what it did not.
CREATE TABLE correction (
    instance uuid NOT NULL,
    -- From 1 in each instance.
    number integer NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    body json NOT NULL,
    CONSTRAINT correction_pkey PRIMARY KEY (instance, number),
    CONSTRAINT correction_instance_fkey FOREIGN KEY (instance) REFERENCES instance(id) ON DELETE CASCADE
);
ALTER TABLE correction ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON correction USING (EXISTS ( SELECT FROM instance i WHERE (i.id = correction.instance) OFFSET 0));

-- Texts between an applicant and those who work on the case: one copy at each side.
CREATE TABLE message (
    instance uuid NOT NULL,
    id uuid NOT NULL,
    -- The instance's owner, and org and app its app: they never change.
    owner bigint NOT NULL,
    org text NOT NULL,
    app text NOT NULL,
    sent boolean NOT NULL,
    -- Who wrote it, as the readers on this side are to see it.
    author text NOT NULL DEFAULT '',
    body text NOT NULL,
    other_org text NOT NULL,
    other_app text NOT NULL,
    other_owner bigint NOT NULL,
    other_id uuid NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    -- Nobody has read it for the owner. Only of what came to an applicant: a case has its own mark.
    unread boolean NOT NULL DEFAULT false,
    -- When it was stopped: it has never left.
    stopped timestamptz,
    CONSTRAINT message_pkey PRIMARY KEY (instance, id),
    CONSTRAINT message_instance_fkey FOREIGN KEY (instance) REFERENCES instance(id) ON DELETE CASCADE,
    CONSTRAINT message_body_check CHECK (((char_length(body) >= 1) AND (char_length(body) <= 4000))),
    CONSTRAINT message_stopped_check CHECK ((sent OR (stopped IS NULL))),
    CONSTRAINT message_unread_check CHECK ((NOT (sent AND unread)))
);
CREATE INDEX message_of_instance ON message (instance, at DESC, id DESC);
CREATE INDEX message_of_owner ON message (owner, org, app, at DESC, id DESC) WHERE (NOT sent);
CREATE INDEX message_unread ON message (owner, org, app) WHERE unread;
CREATE TRIGGER tell AFTER INSERT ON message FOR EACH ROW EXECUTE FUNCTION tell_beside();
ALTER TABLE message ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON message USING COALESCE(((owner = ANY (( SELECT asking_parties() AS asking_parties)::bigint[])) OR (org = ( SELECT asking_org() AS asking_org)) OR ( SELECT asking_system() AS asking_system) OR ((app = ( SELECT asking_open_app() AS asking_open_app)) AND (org = ( SELECT asking_open_org() AS asking_open_org)))), false);
CREATE POLICY listed ON message AS RESTRICTIVE FOR SELECT USING COALESCE((( SELECT ('*' = ANY (asking_apps()))) OR (app = ANY (( SELECT asking_apps() AS asking_apps)[]))), false);

-- What is to be told at a time, to a person outside or to a case. No content: who and why only.
CREATE TABLE notice (
    id uuid NOT NULL,
    instance uuid NOT NULL,
    kind text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    -- The request that a kind 'unanswered' waits for the answer to.
    delivery uuid,
    state text NOT NULL DEFAULT 'waiting',
    -- The latest attempt's number, and its fence: only who holds it may write an outcome.
    attempts integer NOT NULL DEFAULT 0,
    ended timestamptz,
    CONSTRAINT notice_pkey PRIMARY KEY (id),
    CONSTRAINT notice_instance_fkey FOREIGN KEY (instance) REFERENCES instance(id) ON DELETE CASCADE,
    CONSTRAINT notice_ended_check CHECK (((state = 'waiting') = (ended IS NULL))),
    CONSTRAINT notice_kind_check CHECK ((kind = ANY (ARRAY['message', 'request', 'reminder', 'letter', 'unanswered', 'held', 'expiring']))),
    CONSTRAINT notice_state_check CHECK ((state = ANY (ARRAY['waiting', 'sent', 'dropped', 'failed'])))
);
CREATE INDEX notice_waiting ON notice (at) WHERE (state = 'waiting');
CREATE INDEX notice_of_instance ON notice (instance);
ALTER TABLE notice ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON notice USING COALESCE((( SELECT asking_system() AS asking_system) OR (EXISTS ( SELECT FROM instance i WHERE (i.id = notice.instance) OFFSET 0))), false);

-- Seals over the audit log, each made of the one before it and of the lines it holds.
CREATE TABLE audit_seal (
    number bigint NOT NULL,
    from_xact xid8 NOT NULL,
    from_id bigint NOT NULL,
    to_xact xid8 NOT NULL,
    to_id bigint NOT NULL,
    lines integer NOT NULL,
    -- For each line its id and the first 8 bytes of its digest: tells which line was tampered with.
    list bytea NOT NULL,
    head bytea NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT audit_seal_pkey PRIMARY KEY (number),
    CONSTRAINT audit_seal_head_check CHECK ((octet_length(head) = 32)),
    CONSTRAINT audit_seal_lines_check CHECK ((lines > 0)),
    CONSTRAINT audit_seal_list_check CHECK ((octet_length(list) = (16 * lines))),
    CONSTRAINT audit_seal_number_check CHECK ((number > 0))
);
CREATE TRIGGER audit_seal_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON audit_seal FOR EACH STATEMENT EXECUTE FUNCTION audit_event_is_append_only();

-- When the seals were recomputed, and what was found.
CREATE TABLE audit_check (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    begun timestamptz NOT NULL DEFAULT now(),
    ended timestamptz,
    seals bigint NOT NULL DEFAULT 0,
    lines bigint NOT NULL DEFAULT 0,
    faults bigint NOT NULL DEFAULT 0,
    first text NOT NULL DEFAULT '',
    CONSTRAINT audit_check_pkey PRIMARY KEY (id)
);

-- What persons have asked organisations for, and the answers. Never deleted.
CREATE TABLE role_request (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    person bigint NOT NULL,
    party bigint NOT NULL,
    role text NOT NULL,
    reason text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    state text NOT NULL DEFAULT 'waiting',
    answer text NOT NULL DEFAULT '',
    answered_by bigint,
    answered timestamptz,
    CONSTRAINT role_request_pkey PRIMARY KEY (id),
    CONSTRAINT role_request_answered_by_fkey FOREIGN KEY (answered_by) REFERENCES party(id),
    CONSTRAINT role_request_party_fkey FOREIGN KEY (party) REFERENCES party(id),
    CONSTRAINT role_request_person_fkey FOREIGN KEY (person) REFERENCES party(id),
    CONSTRAINT role_request_answered_check CHECK ((((state = 'waiting') = (answered IS NULL)) AND ((answered IS NULL) = (answered_by IS NULL)))),
    CONSTRAINT role_request_state_check CHECK ((state = ANY (ARRAY['waiting', 'granted', 'refused'])))
);
CREATE UNIQUE INDEX role_request_waiting ON role_request (party, person, role) WHERE (state = 'waiting');
CREATE INDEX role_request_at_party ON role_request (party, state, id DESC);
CREATE INDEX role_request_of_person ON role_request (person, id DESC);
ALTER TABLE role_request ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON role_request USING COALESCE(((person = ( SELECT asking_person() AS asking_person)) OR (party = ANY (( SELECT asking_parties() AS asking_parties)::bigint[])) OR ( SELECT asking_system() AS asking_system)), false);

-- Targets that have failed since they last answered; one that is open is left alone until then.
CREATE TABLE breaker (
    to_org text NOT NULL,
    to_app text NOT NULL,
    failures integer NOT NULL,
    -- The delivery that failed last: that one submission fails again and again says little.
    last uuid NOT NULL,
    code text NOT NULL,
    failed timestamptz NOT NULL DEFAULT now(),
    opens integer NOT NULL DEFAULT 0,
    opened timestamptz,
    -- When the next delivery may go and see; while one does, when it counts as lost.
    until timestamptz,
    probe uuid,
    CONSTRAINT breaker_pkey PRIMARY KEY (to_org, to_app),
    CONSTRAINT breaker_open_check CHECK (((opened IS NULL) = (until IS NULL))),
    CONSTRAINT breaker_probe_check CHECK (((probe IS NULL) OR (opened IS NOT NULL)))
);

-- What colleagues write about a case among themselves. Never changed, and never for the applicant.
CREATE TABLE case_note (
    instance uuid NOT NULL,
    id uuid NOT NULL,
    -- The case's owner, which never changes.
    owner bigint NOT NULL,
    kind text NOT NULL DEFAULT 'note',
    person bigint NOT NULL,
    author text NOT NULL,
    body text NOT NULL,
    -- What a hold lasts to, or the new deadline; NULL for a plain note.
    day timestamptz,
    at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT case_note_pkey PRIMARY KEY (instance, id),
    CONSTRAINT case_note_instance_fkey FOREIGN KEY (instance) REFERENCES instance(id) ON DELETE CASCADE,
    CONSTRAINT case_note_body_check CHECK (((char_length(body) >= 1) AND (char_length(body) <= 4000))),
    CONSTRAINT case_note_day_check CHECK (((kind = 'note') = (day IS NULL))),
    CONSTRAINT case_note_kind_check CHECK ((kind = ANY (ARRAY['note', 'hold', 'due'])))
);
CREATE INDEX case_note_of_instance ON case_note (instance, at DESC, id DESC);
CREATE TRIGGER case_note_never_changed BEFORE UPDATE ON case_note FOR EACH STATEMENT EXECUTE FUNCTION case_note_is_never_changed();
ALTER TABLE case_note ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON case_note USING ((( SELECT asking_org() AS asking_org) IS NULL) AND (EXISTS ( SELECT FROM instance i WHERE (i.id = case_note.instance) OFFSET 0)));

-- Who is named in a note, and whether they have opened the case since.
CREATE TABLE case_mention (
    instance uuid NOT NULL,
    note uuid NOT NULL,
    person bigint NOT NULL,
    owner bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    seen boolean NOT NULL DEFAULT false,
    CONSTRAINT case_mention_pkey PRIMARY KEY (instance, note, person),
    CONSTRAINT case_mention_note_fkey FOREIGN KEY (instance, note) REFERENCES case_note(instance, id) ON DELETE CASCADE
);
CREATE INDEX case_mention_of_person ON case_mention (owner, person, at DESC);
ALTER TABLE case_mention ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON case_mention USING ((( SELECT asking_org() AS asking_org) IS NULL) AND (EXISTS ( SELECT FROM instance i WHERE (i.id = case_mention.instance) OFFSET 0)));

-- Each time that a case has waited for its applicant, and what that did to its deadline.
CREATE TABLE case_hold (
    instance uuid NOT NULL,
    note uuid,
    owner bigint NOT NULL,
    started timestamptz NOT NULL DEFAULT now(),
    until timestamptz NOT NULL,
    ended timestamptz,
    due_before timestamptz,
    due_after timestamptz,
    -- Where the case waits for what the step there asked; empty for a wait by hand.
    task text NOT NULL DEFAULT '',
    CONSTRAINT case_hold_pkey PRIMARY KEY (instance, started),
    CONSTRAINT case_hold_instance_fkey FOREIGN KEY (instance) REFERENCES instance(id) ON DELETE CASCADE,
    CONSTRAINT case_hold_note_fkey FOREIGN KEY (instance, note) REFERENCES case_note(instance, id) ON DELETE CASCADE,
    CONSTRAINT case_hold_due_check CHECK (((due_before IS NULL) = (due_after IS NULL))),
    CONSTRAINT case_hold_why_check CHECK (((note IS NULL) <> (task = '')))
);
CREATE UNIQUE INDEX case_hold_one_key ON case_hold (instance) WHERE (ended IS NULL);
ALTER TABLE case_hold ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON case_hold USING (EXISTS ( SELECT FROM instance i WHERE (i.id = case_hold.instance) OFFSET 0));

-- Cases that a person has put off, out of their own list, to a time.
CREATE TABLE case_snooze (
    owner bigint NOT NULL,
    person bigint NOT NULL,
    instance uuid NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    until timestamptz NOT NULL,
    CONSTRAINT case_snooze_pkey PRIMARY KEY (owner, person, instance),
    CONSTRAINT case_snooze_instance_fkey FOREIGN KEY (instance) REFERENCES instance(id) ON DELETE CASCADE
);
CREATE INDEX case_snooze_of_instance ON case_snooze (instance);
ALTER TABLE case_snooze ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON case_snooze USING COALESCE(((person = ( SELECT asking_person() AS asking_person)) OR ( SELECT asking_system() AS asking_system)), false);

-- Words that an organisation marks its cases with.
CREATE TABLE case_tag (
    owner bigint NOT NULL,
    instance uuid NOT NULL,
    tag text NOT NULL,
    person bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT case_tag_pkey PRIMARY KEY (instance, tag),
    CONSTRAINT case_tag_instance_fkey FOREIGN KEY (instance) REFERENCES instance(id) ON DELETE CASCADE,
    CONSTRAINT case_tag_check CHECK (((char_length(tag) >= 1) AND (char_length(tag) <= 40)))
);
ALTER TABLE case_tag ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON case_tag USING (EXISTS ( SELECT FROM instance i WHERE (i.id = case_tag.instance) OFFSET 0));

-- The words that an organisation has marked cases with, to choose from.
CREATE TABLE tag_word (
    owner bigint NOT NULL,
    tag text NOT NULL,
    used timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT tag_word_pkey PRIMARY KEY (owner, tag)
);
CREATE INDEX tag_word_used ON tag_word (owner, used DESC);
ALTER TABLE tag_word ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON tag_word USING COALESCE(((owner = ANY (( SELECT asking_parties() AS asking_parties)::bigint[])) OR ( SELECT asking_system() AS asking_system) OR (owner IN ( SELECT p.id FROM party p WHERE (p.org = ( SELECT asking_open_org() AS asking_open_org))))), false);

-- Changes of instances that systems follow, by feed and by webhook. Append-only; no content.
CREATE TABLE instance_event (
    xact xid8 NOT NULL DEFAULT pg_current_xact_id(),
    n bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    at timestamptz NOT NULL DEFAULT now(),
    type text NOT NULL,
    org text NOT NULL,
    app text NOT NULL,
    owner bigint NOT NULL,
    instance uuid NOT NULL,
    -- Where the change left the instance, or where it was deleted: decides who is told.
    task text NOT NULL,
    end_event text NOT NULL,
    CONSTRAINT instance_event_pkey PRIMARY KEY (id)
);
CREATE INDEX instance_event_feed ON instance_event (org, app, task, end_event, xact, n);
CREATE INDEX instance_event_of_org ON instance_event (org, xact, n);
CREATE TRIGGER instance_event_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON instance_event FOR EACH STATEMENT EXECUTE FUNCTION audit_event_is_append_only();
ALTER TABLE instance_event ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON instance_event FOR SELECT USING COALESCE(((org = ( SELECT asking_org() AS asking_org)) OR (org = ( SELECT asking_delivering() AS asking_delivering)) OR ( SELECT asking_system() AS asking_system)), false);

-- Which service owner's system is told of events by webhook, and where.
CREATE TABLE subscription (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    org text NOT NULL,
    organisation_number text NOT NULL,
    endpoint text NOT NULL,
    source_filter text NOT NULL DEFAULT '',
    app text NOT NULL DEFAULT '',
    type_filter text NOT NULL DEFAULT '',
    owner bigint NOT NULL DEFAULT 0,
    -- Signs what is sent; shown once, to who subscribed.
    secret bytea NOT NULL,
    state text NOT NULL DEFAULT 'validating',
    created timestamptz NOT NULL DEFAULT now(),
    -- Everything up to (after_xact, after_n) has been told.
    after_xact xid8 NOT NULL DEFAULT pg_snapshot_xmin(pg_current_snapshot()),
    after_n bigint NOT NULL DEFAULT 0,
    attempts integer NOT NULL DEFAULT 0,
    -- Since when the next event has not been taken; NULL when nothing fails.
    failing timestamptz,
    next_try timestamptz NOT NULL DEFAULT now(),
    -- Why the last attempt failed, or why it stands still.
    code text NOT NULL DEFAULT '',
    leased timestamptz NOT NULL DEFAULT '-infinity'::timestamptz,
    fence integer NOT NULL DEFAULT 0,
    -- How many events have been set aside since somebody last set it going.
    set_aside integer NOT NULL DEFAULT 0,
    -- How many of them since an event was last taken.
    set_aside_in_row integer NOT NULL DEFAULT 0,
    CONSTRAINT subscription_pkey PRIMARY KEY (id),
    CONSTRAINT subscription_secret_check CHECK ((octet_length(secret) = 32)),
    CONSTRAINT subscription_state_check CHECK ((state = ANY (ARRAY['validating', 'active', 'parked', 'ended'])))
);
CREATE INDEX subscription_of_org ON subscription (org, id);
ALTER TABLE subscription ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON subscription USING COALESCE(((org = ( SELECT asking_org() AS asking_org)) OR (org = ( SELECT asking_delivering() AS asking_delivering)) OR ( SELECT asking_system() AS asking_system)), false);

-- Each attempt to tell a subscriber of an event; code is empty when it was taken.
CREATE TABLE subscription_attempt (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    subscription bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    -- The event's id; a test and a validation have one of their own.
    event uuid NOT NULL,
    type text NOT NULL,
    number integer NOT NULL,
    code text NOT NULL DEFAULT '',
    milliseconds bigint NOT NULL,
    set_aside boolean NOT NULL DEFAULT false,
    CONSTRAINT subscription_attempt_pkey PRIMARY KEY (id),
    CONSTRAINT subscription_attempt_subscription_fkey FOREIGN KEY (subscription) REFERENCES subscription(id) ON DELETE CASCADE
);
CREATE INDEX subscription_attempt_of ON subscription_attempt (subscription, id DESC);
ALTER TABLE subscription_attempt ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON subscription_attempt USING (COALESCE(( SELECT asking_system() AS asking_system), false) OR (EXISTS ( SELECT FROM subscription s WHERE (s.id = subscription_attempt.subscription) OFFSET 0)));

-- What a case held each time somebody moved it on, for a second person; gone when the case ends.
CREATE TABLE case_version (
    instance uuid NOT NULL,
    number integer NOT NULL,
    -- Who moved it on; 0 for a system.
    person bigint NOT NULL,
    name text NOT NULL,
    -- The task that was left.
    task text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    body json NOT NULL,
    CONSTRAINT case_version_pkey PRIMARY KEY (instance, number),
    CONSTRAINT case_version_instance_fkey FOREIGN KEY (instance) REFERENCES instance(id) ON DELETE CASCADE
);
ALTER TABLE case_version ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON case_version USING (EXISTS ( SELECT FROM instance i WHERE (i.id = case_version.instance) OFFSET 0));

-- Lists of cases that people have kept under a name, by their addresses.
CREATE TABLE case_view (
    id uuid NOT NULL,
    owner bigint NOT NULL,
    person bigint NOT NULL,
    name text NOT NULL,
    -- What stands in the list's address behind the question mark.
    query text NOT NULL,
    shared boolean NOT NULL DEFAULT false,
    at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT case_view_pkey PRIMARY KEY (id),
    CONSTRAINT case_view_name_key UNIQUE (owner, person, name),
    CONSTRAINT case_view_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 60))),
    CONSTRAINT case_view_query_check CHECK ((char_length(query) <= 2000))
);
CREATE INDEX case_view_shared ON case_view (owner, name) WHERE shared;
ALTER TABLE case_view ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON case_view USING COALESCE(((person = ( SELECT asking_person() AS asking_person)) OR (shared AND (owner = ANY (( SELECT asking_parties() AS asking_parties)::bigint[]))) OR ( SELECT asking_system() AS asking_system)), false) WITH CHECK ((person = ( SELECT asking_person() AS asking_person)) OR ( SELECT asking_system() AS asking_system));

-- How a person wants an organisation's list, where its address does not tell.
CREATE TABLE case_list_choice (
    owner bigint NOT NULL,
    person bigint NOT NULL,
    columns text[] NOT NULL,
    compact boolean NOT NULL DEFAULT false,
    by_due boolean NOT NULL DEFAULT false,
    -- Whether the pages listen to single keys.
    keys boolean NOT NULL DEFAULT true,
    CONSTRAINT case_list_choice_pkey PRIMARY KEY (owner, person)
);
ALTER TABLE case_list_choice ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON case_list_choice USING COALESCE(((person = ( SELECT asking_person() AS asking_person)) OR ( SELECT asking_system() AS asking_system)), false);

-- The words of the cases' titles and applicants, each once for an owner.
CREATE TABLE name_word (
    owner bigint NOT NULL,
    word text NOT NULL,
    -- When a case that had it lost it, so that it may be in none any more.
    lost timestamptz,
    keys text[] NOT NULL GENERATED ALWAYS AS ((word_slips(word) || word_parts(word))) STORED,
    CONSTRAINT name_word_pkey PRIMARY KEY (owner, word),
    CONSTRAINT name_word_check CHECK (((char_length(word) >= 4) AND (char_length(word) <= 40)))
);
CREATE INDEX name_word_keys ON name_word USING gin (keys);
CREATE INDEX name_word_lost ON name_word (lost) WHERE (lost IS NOT NULL);
ALTER TABLE name_word ENABLE ROW LEVEL SECURITY;

-- The values of the data fields that apps declare, for the search.
CREATE TABLE case_value (
    instance uuid NOT NULL,
    owner bigint NOT NULL,
    field text NOT NULL,
    -- The value in small letters.
    written text NOT NULL,
    -- The same as a number, where it is one.
    number numeric,
    -- Whether the case has ended; kept by the trigger close_values.
    ended boolean NOT NULL DEFAULT false,
    CONSTRAINT case_value_pkey PRIMARY KEY (instance, field),
    CONSTRAINT case_value_instance_fkey FOREIGN KEY (instance) REFERENCES instance(id) ON DELETE CASCADE
);
CREATE INDEX case_value_number ON case_value (owner, field, ended, number) WHERE (number IS NOT NULL);
CREATE INDEX case_value_written ON case_value (owner, field, ended, written);
ALTER TABLE case_value ENABLE ROW LEVEL SECURITY;

-- Which colleagues have a case open, or write in it, at the moment.
CREATE UNLOGGED TABLE case_presence (
    owner bigint NOT NULL,
    instance uuid NOT NULL,
    person bigint NOT NULL,
    name text NOT NULL,
    -- When they were last known to have it open; they are told of for a minute.
    seen timestamptz NOT NULL DEFAULT now(),
    -- The same of a form in it.
    wrote timestamptz NOT NULL DEFAULT '-infinity'::timestamptz,
    CONSTRAINT case_presence_pkey PRIMARY KEY (instance, person),
    CONSTRAINT case_presence_instance_fkey FOREIGN KEY (instance) REFERENCES instance(id) ON DELETE CASCADE
);
CREATE INDEX case_presence_at ON case_presence (owner, seen);
ALTER TABLE case_presence ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON case_presence USING ((( SELECT asking_org() AS asking_org) IS NULL) AND (EXISTS ( SELECT FROM instance i WHERE (i.id = case_presence.instance) OFFSET 0)));

-- One thing that a person does with many cases at once.
CREATE TABLE bulk (
    id uuid NOT NULL,
    owner bigint NOT NULL,
    person bigint NOT NULL,
    act text NOT NULL,
    -- The query of the list that the cases were chosen in.
    list text NOT NULL DEFAULT '',
    -- How many more cases the list has at least than are done at once.
    beyond integer NOT NULL DEFAULT 0,
    given boolean NOT NULL,
    to_person bigint NOT NULL DEFAULT 0,
    tag text NOT NULL DEFAULT '',
    -- Why the cases wait: emptied when it has become a note on each.
    reason text NOT NULL DEFAULT '',
    until timestamptz,
    made timestamptz NOT NULL DEFAULT now(),
    ran timestamptz,
    undone timestamptz,
    CONSTRAINT bulk_pkey PRIMARY KEY (id),
    CONSTRAINT bulk_act_check CHECK ((act = ANY (ARRAY['take', 'assign', 'release', 'tag', 'untag', 'hold', 'read', 'unread']))),
    CONSTRAINT bulk_ran_check CHECK ((given OR (ran IS NULL))),
    CONSTRAINT bulk_undone_check CHECK (((undone IS NULL) OR (ran IS NOT NULL)))
);
CREATE INDEX bulk_made ON bulk (made);
ALTER TABLE bulk ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON bulk USING COALESCE(((person = ( SELECT asking_person() AS asking_person)) OR ( SELECT asking_system() AS asking_system)), false);

-- What became of one of the cases; no outcome: its turn has not come.
CREATE TABLE bulk_row (
    bulk uuid NOT NULL,
    n integer NOT NULL,
    instance uuid NOT NULL,
    outcome text NOT NULL DEFAULT '',
    why text NOT NULL DEFAULT '',
    why_args text[] NOT NULL DEFAULT '{}'[],
    at timestamptz NOT NULL DEFAULT now(),
    before bigint NOT NULL DEFAULT 0,
    -- The version that it left the case in, and before who had it.
    version integer NOT NULL DEFAULT 0,
    undo text NOT NULL DEFAULT '',
    undo_why text NOT NULL DEFAULT '',
    undo_args text[] NOT NULL DEFAULT '{}'[],
    CONSTRAINT bulk_row_pkey PRIMARY KEY (bulk, n),
    CONSTRAINT bulk_row_bulk_fkey FOREIGN KEY (bulk) REFERENCES bulk(id) ON DELETE CASCADE,
    CONSTRAINT bulk_row_outcome_check CHECK ((outcome = ANY (ARRAY['', 'done', 'same', 'not']))),
    CONSTRAINT bulk_row_undo_check CHECK ((undo = ANY (ARRAY['', 'done', 'same', 'not'])))
);
ALTER TABLE bulk_row ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON bulk_row USING (EXISTS ( SELECT FROM bulk b WHERE (b.id = bulk_row.bulk) OFFSET 0));

-- What was posted after a session had ended, sealed, until its person has signed in again.
CREATE TABLE kept_post (
    person bigint NOT NULL,
    -- The path of the page that was posted.
    page text NOT NULL,
    sealed bytea NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT kept_post_pkey PRIMARY KEY (person, page),
    CONSTRAINT kept_post_size_check CHECK ((octet_length(sealed) <= 2097152))
);
CREATE INDEX kept_post_at ON kept_post (at);
ALTER TABLE kept_post ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON kept_post USING COALESCE(((person = ( SELECT asking_person() AS asking_person)) OR ( SELECT asking_system() AS asking_system)), false);

-- Drafts that were deleted in the last minutes, for whoever wants one back.
CREATE TABLE deleted_draft (
    instance uuid NOT NULL,
    owner bigint NOT NULL,
    org text NOT NULL,
    app text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    -- The row of the instance and those of its elements; files stay where they are until it goes.
    content json NOT NULL,
    CONSTRAINT deleted_draft_pkey PRIMARY KEY (instance)
);
CREATE INDEX deleted_draft_of_owner ON deleted_draft (owner, at DESC);
CREATE INDEX deleted_draft_at ON deleted_draft (at);
ALTER TABLE deleted_draft ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON deleted_draft USING COALESCE(((owner = ANY (( SELECT asking_parties() AS asking_parties)::bigint[])) OR ( SELECT asking_system() AS asking_system)), false);

-- Ticked items of the checklists that apps declare.
CREATE TABLE case_check (
    instance uuid NOT NULL,
    owner bigint NOT NULL,
    task text NOT NULL,
    item text NOT NULL,
    person bigint NOT NULL,
    -- The person's name when it was ticked.
    name text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT case_check_pkey PRIMARY KEY (instance, task, item),
    CONSTRAINT case_check_instance_fkey FOREIGN KEY (instance) REFERENCES instance(id) ON DELETE CASCADE
);
ALTER TABLE case_check ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON case_check USING ((( SELECT asking_org() AS asking_org) IS NULL) AND (EXISTS ( SELECT FROM instance i WHERE (i.id = case_check.instance) OFFSET 0)));

-- Cases that are the same as another one, which they are linked to.
CREATE TABLE case_duplicate (
    instance uuid NOT NULL,
    original uuid NOT NULL,
    owner bigint NOT NULL,
    person bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT case_duplicate_pkey PRIMARY KEY (instance),
    CONSTRAINT case_duplicate_instance_fkey FOREIGN KEY (instance) REFERENCES instance(id) ON DELETE CASCADE,
    CONSTRAINT case_duplicate_original_fkey FOREIGN KEY (original) REFERENCES instance(id) ON DELETE CASCADE,
    CONSTRAINT case_duplicate_other_check CHECK ((instance <> original))
);
CREATE INDEX case_duplicate_of ON case_duplicate (original);
ALTER TABLE case_duplicate ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON case_duplicate USING ((( SELECT asking_org() AS asking_org) IS NULL) AND (EXISTS ( SELECT FROM instance i WHERE (i.id = case_duplicate.instance) OFFSET 0)));

-- The last step of a case, with what it changed, for as long as it can be taken back.
CREATE TABLE case_step (
    instance uuid NOT NULL,
    -- The case as the step left it: a later change makes the step final.
    version integer NOT NULL,
    person bigint NOT NULL,
    -- The task that was left.
    task text NOT NULL,
    action text NOT NULL,
    -- How many deliveries the step set off; all of them wait until then.
    letters integer NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    until timestamptz NOT NULL,
    body json NOT NULL,
    CONSTRAINT case_step_pkey PRIMARY KEY (instance),
    CONSTRAINT case_step_instance_fkey FOREIGN KEY (instance) REFERENCES instance(id) ON DELETE CASCADE
);
CREATE INDEX case_step_until ON case_step (until);
ALTER TABLE case_step ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON case_step USING (EXISTS ( SELECT FROM instance i WHERE (i.id = case_step.instance) OFFSET 0));

-- Where pieces of files come in by COPY; nothing can be read here.
CREATE VIEW upload_door AS
 SELECT NULL::uuid AS upload,
    NULL::integer AS n,
    NULL::bytea AS data
  WHERE false;
CREATE TRIGGER take INSTEAD OF INSERT ON upload_door FOR EACH ROW EXECUTE FUNCTION take_chunk();

-- Numbers of parties that are first met at sign-in; a register brings its own below it.
CREATE SEQUENCE party_id_seq START WITH 60001;

-- Which app a case is of, by its owner and id: for a refusal's line.
CREATE OR REPLACE FUNCTION app_of_case(of_owner bigint, of_case uuid)
 RETURNS TABLE(org text, app text)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    RETURN QUERY
    SELECT i.org, i.app
    FROM instance AS i
    WHERE i.id = of_case AND i.owner IS NOT DISTINCT FROM of_owner AND i.ready IS NOT DISTINCT FROM true;
END
$function$;

-- Who asks: person:<party>, org:<number> or system; NULL for nobody.
CREATE OR REPLACE FUNCTION asking()
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN NULLIF(current_setting('stafett.actor'::text, true), ''::text);

-- The apps that a list is of; {*} where no list is read.
CREATE OR REPLACE FUNCTION asking_apps()
 RETURNS text[]
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN (NULLIF(current_setting('stafett.apps'::text, true), ''::text))::text[];

-- The service owner whose deliveries are followed; NULL where nobody has been let.
CREATE OR REPLACE FUNCTION asking_delivering()
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN NULLIF(current_setting('stafett.deliveries'::text, true), ''::text);

-- That app.
CREATE OR REPLACE FUNCTION asking_open_app()
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN NULLIF(split_part(current_setting('stafett.open'::text, true), '/'::text, 2), ''::text);

-- The service owner of an app whose own policy opens it to who holds no role.
CREATE OR REPLACE FUNCTION asking_open_org()
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN NULLIF(split_part(current_setting('stafett.open'::text, true), '/'::text, 1), ''::text);

-- The service owner whose system asks; NULL for others.
CREATE OR REPLACE FUNCTION asking_org()
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN NULLIF(current_setting('stafett.org'::text, true), ''::text);

-- The parties whose rows are asked for: of those that the person acts for, or a list's owner.
CREATE OR REPLACE FUNCTION asking_parties()
 RETURNS bigint[]
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN (NULLIF(current_setting('stafett.parties'::text, true), ''::text))::bigint[];

-- The person who asks; NULL for others.
CREATE OR REPLACE FUNCTION asking_person()
 RETURNS bigint
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN ("substring"(current_setting('stafett.actor'::text, true), '^person:([0-9]+)$'::text))::bigint;

-- Whether the program itself asks.
CREATE OR REPLACE FUNCTION asking_system()
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN COALESCE((current_setting('stafett.actor'::text, true) = 'system'::text), false);

CREATE OR REPLACE FUNCTION audit_event_is_append_only()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END
$function$;

CREATE OR REPLACE FUNCTION case_note_is_never_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    RAISE EXCEPTION 'a note on a case is never changed';
END
$function$;

-- Words (each may be a beginning), exact phrases, and what must not be there; NULL for none.
CREATE OR REPLACE FUNCTION case_query(words text[], phrases text[], without text[])
 RETURNS tsquery
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
AS $function$
DECLARE
    word  text;
    part  tsquery;
    stem  tsquery;
    asked tsquery;
BEGIN
    FOREACH word IN ARRAY words LOOP
        word := replace(case_text(word), ' ', '');
        CONTINUE WHEN word = '' OR numnode(to_tsquery('norwegian', word)) = 0;
        part := to_tsquery('simple', word || ':*');
        stem := to_tsquery('norwegian', word || ':*');
        IF starts_with(part::text, regexp_replace(stem::text, ''':[*]$', '')) THEN
            part := stem;
        ELSE
            part := part || stem;
        END IF;
        asked := COALESCE(asked && part, part);
    END LOOP;
    FOREACH word IN ARRAY phrases LOOP
        part := phraseto_tsquery('norwegian', case_text(word));
        CONTINUE WHEN numnode(part) = 0;
        asked := COALESCE(asked && part, part);
    END LOOP;
    FOREACH word IN ARRAY without LOOP
        part := phraseto_tsquery('norwegian', case_text(word));
        CONTINUE WHEN numnode(part) = 0;
        part := !!(part || phraseto_tsquery('simple', case_text(word)));
        asked := COALESCE(asked && part, part);
    END LOOP;
    RETURN asked;
END
$function$;

-- As the other one, with the tags that a case must have.
CREATE OR REPLACE FUNCTION case_query(words text[], phrases text[], without text[], tags text[])
 RETURNS tsquery
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
AS $function$
DECLARE
    tag   text;
    asked tsquery := case_query(words, phrases, without);
BEGIN
    FOREACH tag IN ARRAY tags LOOP
        tag := quote_literal('#' || tag);
        asked := COALESCE(asked && tag::tsquery, tag::tsquery);
    END LOOP;
    RETURN asked;
END
$function$;

-- Text with a space for each run of signs that are in no word.
CREATE OR REPLACE FUNCTION case_text(written text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
    SELECT regexp_replace(
        translate(
            left(COALESCE(written, ''), 200000),
            'ÆØÅÁÀÂÄÃČÇĐÉÈÊËÍÌÎÏŊÑÓÒÔÖÕŠŦÚÙÛÜÝŽ', 'æøåáàâäãčçđéèêëíìîïŋñóòôöõšŧúùûüýž'
        ),
        '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u007f]+', ' ', 'g'
    )
$function$;

-- What a case is found by: names as they are written, everything by its Norwegian stem.
CREATE OR REPLACE FUNCTION case_words(names text, content text)
 RETURNS tsvector
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
AS $function$
BEGIN
    RETURN to_tsvector('simple', case_text(names))
        || to_tsvector('norwegian', case_text(names || ' ' || COALESCE(content, '')));
END
$function$;

-- Those of some cases in which the words are written.
CREATE OR REPLACE FUNCTION cases_among(of_owner bigint, among uuid[], words text[], phrases text[], without text[], tags text[])
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET enable_bitmapscan TO 'off'
 SET enable_seqscan TO 'off'
AS $function$
DECLARE
    asked tsquery := cases_asked(of_owner, words, phrases, without, tags);
BEGIN
    RETURN QUERY
    SELECT s.instance
    FROM case_search AS s
    WHERE s.instance = ANY (among) AND s.owner = of_owner AND s.words @@ asked;
END
$function$;

-- What a search asks of an owner's cases; NULL for nothing, and for who does not stand there.
CREATE OR REPLACE FUNCTION cases_asked(of_owner bigint, words text[], phrases text[], without text[], tags text[])
 RETURNS tsquery
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    asked tsquery := case_query('{}', phrases, without, tags);
    word  text;
    one   text;
    part  tsquery;
BEGIN
    IF NOT stands(of_owner, NULL, NULL) THEN
        RETURN NULL;
    END IF;
    FOREACH word IN ARRAY words LOOP
        part := NULL;
        FOREACH one IN ARRAY string_to_array(word, '|') LOOP
            part := COALESCE(part || case_query(ARRAY[one], '{}', '{}'), part,
                case_query(ARRAY[one], '{}', '{}'));
        END LOOP;
        -- A word that says nothing narrows nothing, whatever it stands inside of.
        CONTINUE WHEN part IS NULL;
        part := COALESCE(part || words_around(of_owner, word), part);
        asked := COALESCE(asked && part, part);
    END LOOP;
    RETURN asked;
END
$function$;

-- About how many of the owner's cases have the words, and how many there are: an estimate.
CREATE OR REPLACE FUNCTION cases_expected(of_owner bigint, words text[], phrases text[], without text[], tags text[], OUT fitting double precision, OUT altogether double precision)
 RETURNS record
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    asked tsquery := cases_asked(of_owner, words, phrases, without, tags);
    plan  json;
BEGIN
    IF asked IS NULL THEN
        RETURN;
    END IF;
    EXECUTE format('EXPLAIN (FORMAT json) SELECT FROM case_search AS s WHERE s.owner = %s AND s.words @@ %L',
        of_owner, asked) INTO plan;
    fitting := plan #>> '{0,Plan,Plan Rows}';
    EXECUTE format('EXPLAIN (FORMAT json) SELECT FROM case_search AS s WHERE s.owner = %s', of_owner)
    INTO plan;
    altogether := plan #>> '{0,Plan,Plan Rows}';
END
$function$;

-- The owner's cases in which the words are written and that have the tags, so many at most.
CREATE OR REPLACE FUNCTION cases_fitting(of_owner bigint, words text[], phrases text[], without text[], tags text[], most integer)
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET enable_bitmapscan TO 'on'
 SET enable_seqscan TO 'off'
AS $function$
DECLARE
    asked tsquery := cases_asked(of_owner, words, phrases, without, tags);
BEGIN
    RETURN QUERY
    SELECT s.instance FROM case_search AS s WHERE s.owner = of_owner AND s.words @@ asked LIMIT most;
END
$function$;

-- The owner's cases that the person with the number sent or is written in.
CREATE OR REPLACE FUNCTION cases_of_number(of_owner bigint, number text)
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET enable_bitmapscan TO 'on'
AS $function$
BEGIN
    IF stands(of_owner, NULL, NULL) THEN
        RETURN QUERY
        SELECT s.instance
        FROM case_search AS s
        JOIN party AS p ON p.id = s.applicant
        WHERE s.owner = of_owner AND s.applicant <> 0 AND p.person_number = number
        UNION
        SELECT s.instance
        FROM case_search AS s
        WHERE s.owner = of_owner AND s.words @@ plainto_tsquery('simple', number)
        LIMIT 1000;
    END IF;
END
$function$;

-- As cases_with_values, of open and ended ones: asked by processes of the release before.
CREATE OR REPLACE FUNCTION cases_valued_among(of_owner bigint, among uuid[], fields text[], signs text[], bounds text[], most integer)
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    RETURN QUERY
    SELECT a.instance
    FROM cases_with_values(of_owner, among, fields, signs, bounds, most, '{false,true}') AS a (instance);
END
$function$;

-- The owner's cases in which the words are written and that have the tags; none for who does not stand there.
CREATE OR REPLACE FUNCTION cases_with(of_owner bigint, words text[], phrases text[], without text[], tags text[])
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET enable_bitmapscan TO 'on'
AS $function$
DECLARE
    asked tsquery := case_query('{}', phrases, without, tags);
    word  text;
    one   text;
    part  tsquery;
BEGIN
    IF NOT stands(of_owner, NULL, NULL) THEN
        RETURN;
    END IF;
    FOREACH word IN ARRAY words LOOP
        part := NULL;
        FOREACH one IN ARRAY string_to_array(word, '|') LOOP
            part := COALESCE(part || case_query(ARRAY[one], '{}', '{}'), part,
                case_query(ARRAY[one], '{}', '{}'));
        END LOOP;
        -- A word that says nothing narrows nothing, whatever it stands inside of.
        CONTINUE WHEN part IS NULL;
        part := COALESCE(part || words_around(of_owner, word), part);
        asked := COALESCE(asked && part, part);
    END LOOP;
    RETURN QUERY
    SELECT s.instance FROM case_search AS s WHERE s.owner = of_owner AND s.words @@ asked;
END
$function$;

-- The owner's cases, open (false) or ended (true), of some of them or (NULL) of all, whose data fields compare so with the bounds; so many at most.
CREATE OR REPLACE FUNCTION cases_with_values(of_owner bigint, among uuid[], fields text[], signs text[], bounds text[], most integer, states boolean[])
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET enable_bitmapscan TO 'off'
 SET enable_seqscan TO 'off'
AS $function$
DECLARE
    tables text;
    asked  text;
BEGIN
    IF NOT stands(of_owner, NULL, NULL) OR signs <@ ARRAY['<', '<=', '>', '>=', '='] IS NOT TRUE THEN
        RETURN;
    END IF;
    SELECT string_agg(format('case_value AS v%s', c.n), ', ' ORDER BY c.n),
        string_agg(format('v%1$s.instance = v1.instance AND v%1$s.owner = $1 AND v%1$s.field = %2$L AND v%1$s.ended = ANY ($4) AND ',
            c.n, c.field) || CASE
            WHEN c.bound ~ '^-?[0-9]{1,15}([.][0-9]{1,6})?$'
                THEN format('v%s.number %s %L::numeric', c.n, c.sign, c.bound)
            WHEN c.sign = '='
                THEN format('v%1$s.written >= %2$L AND v%1$s.written < %2$L || chr(1114111)', c.n, c.words)
            ELSE format('v%s.written %s %L', c.n, c.sign, c.words)
        END, ' AND ' ORDER BY c.n)
    INTO tables, asked
    FROM (
        SELECT u.n, u.field, u.sign, u.bound, lower(case_text(u.bound)) AS words
        FROM unnest(fields, signs, bounds) WITH ORDINALITY AS u (field, sign, bound, n)
    ) AS c;
    IF tables IS NULL THEN
        RETURN;
    END IF;
    IF among IS NOT NULL THEN
        -- Each is read by its key, whatever else they have in common.
        tables := 'unnest($2) AS k (id) CROSS JOIN LATERAL (SELECT v.* FROM case_value AS v WHERE v.instance = k.id'
            || ' AND v.field = ' || quote_literal(fields[1]) || ' LIMIT 1) AS v1'
            || substr(tables, length('case_value AS v1') + 1);
    END IF;
    RETURN QUERY EXECUTE 'SELECT v1.instance FROM ' || tables || ' WHERE ' || asked || ' LIMIT $3'
    USING of_owner, among, most, states;
END
$function$;

-- Stops the transaction (SF001) unless exactly one row was changed: the fence of every change.
CREATE OR REPLACE FUNCTION changed_one(n bigint)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
BEGIN
    IF n <> 1 THEN
        RAISE EXCEPTION 'the row has changed or is gone' USING ERRCODE = 'SF001';
    END IF;
END
$function$;

-- Notes at the values of a case whether it has ended.
CREATE OR REPLACE FUNCTION close_values()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    UPDATE case_value AS v SET ended = NEW.ended IS NOT NULL WHERE v.instance = NEW.id;
    RETURN NULL;
END
$function$;

-- When what a delivery is about happened.
CREATE OR REPLACE FUNCTION delivery_times(of_delivery uuid)
 RETURNS TABLE(submitted timestamp with time zone, made timestamp with time zone, opened timestamp with time zone)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT CASE WHEN s.thread IS NULL THEN s.submitted END, t.created, (
        SELECT v.at
        FROM audit_event AS v
        WHERE v.instance = d.target_id AND v.act = 'read' AND v.actor_kind = 'person'
          AND v.outcome = 'done' AND v.at >= d.delivered AND d.owner_number <> ''
          AND d.to_org = d.source_org
        ORDER BY v.id
        LIMIT 1
    )
    FROM delivery AS d
    LEFT JOIN instance AS s ON s.id = d.source_id
    LEFT JOIN instance AS t ON t.id = d.target_id AND d.kind = 'instance'
    WHERE d.id = of_delivery AND (d.source_org = asking_delivering() OR asking_system());
END
$function$;

-- Removes the marked words that no case has, a thousand at a time, and gives how many.
CREATE OR REPLACE FUNCTION forget_lost_words()
 RETURNS bigint
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET enable_bitmapscan TO 'on'
AS $function$
    WITH marked AS (
        SELECT n.owner, n.word, EXISTS (
            SELECT FROM case_search AS s
            WHERE s.owner = n.owner AND s.words @@ quote_literal(n.word)::tsquery
        ) AS kept
        FROM name_word AS n
        WHERE n.lost < now() - interval '15 minutes'
        ORDER BY n.lost
        LIMIT 1000
        FOR UPDATE SKIP LOCKED
    ), found AS (
        UPDATE name_word AS n
        SET lost = NULL
        FROM marked AS o
        WHERE o.kept AND n.owner = o.owner AND n.word = o.word
    ), gone AS (
        DELETE FROM name_word AS n
        USING marked AS o
        WHERE NOT o.kept AND n.owner = o.owner AND n.word = o.word
        RETURNING 1
    )
    SELECT count(*) FROM gone
$function$;

-- Writes the words of one case: a part of index_cases.
CREATE OR REPLACE FUNCTION index_case(case_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    INSERT INTO case_search AS s (instance, owner, org, app, applicant, words)
    SELECT i.id, i.owner, i.org, i.app, COALESCE(i.source_owner, 0), case_words(
        concat_ws(' ', i.title, i.applicant, i.reference, (
            SELECT p.organisation_number
            FROM party AS p
            WHERE p.id = i.source_owner
        ), (
            SELECT string_agg(e.filename, ' ')
            FROM element AS e
            WHERE e.instance = i.id AND e.upload IS NOT NULL
        )),
        (
            -- A document with the sign that jsonb cannot hold is left out of the search.
            SELECT string_agg(v.value #>> '{}', ' ')
            FROM element AS e
            CROSS JOIN LATERAL jsonb_path_query(
                CASE WHEN strpos(e.body::text, '\u0000') = 0 THEN e.body::jsonb END,
                'strict $.**'
            ) AS v (value)
            WHERE e.instance = i.id AND e.body IS NOT NULL
              AND jsonb_typeof(v.value) IN ('string', 'number')
        )
    ) || array_to_tsvector(ARRAY(
        SELECT '#' || t.tag
        FROM case_tag AS t
        WHERE t.instance = i.id
    ))
    FROM instance AS i
    WHERE i.id = case_id
    ON CONFLICT (instance) DO UPDATE
    SET words = EXCLUDED.words, applicant = EXCLUDED.applicant
    WHERE s.words <> EXCLUDED.words OR s.applicant <> EXCLUDED.applicant;
END
$function$;

-- Writes what service owners' cases are found by; nothing for what is no case.
CREATE OR REPLACE FUNCTION index_cases(cases uuid[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    one uuid;
BEGIN
    -- Each by its key: taken together the planner would rather read all that an organisation owns, and each in an
    -- index of cases alone, or of what each organisation owns, while there are few.
    cases := ARRAY(
        SELECT k.id
        FROM unnest(cases) AS c (id)
        CROSS JOIN LATERAL (
            SELECT i.id
            FROM instance AS i
            WHERE i.id = c.id AND i.ready IS NOT DISTINCT FROM true
              AND (SELECT p.org FROM party AS p WHERE p.id = i.owner) IS NOT NULL
            LIMIT 1
        ) AS k
    );
    IF cases = '{}' THEN
        RETURN;
    END IF;
    INSERT INTO name_word AS n (owner, word)
    SELECT DISTINCT i.owner, w
    FROM unnest(cases) AS c (id)
    CROSS JOIN LATERAL (
        SELECT k.owner, k.title, k.applicant
        FROM instance AS k
        WHERE k.id = c.id
        LIMIT 1
    ) AS i
    CROSS JOIN LATERAL unnest(name_words(concat_ws(' ', i.title, i.applicant))) AS w
    WHERE NOT EXISTS (
        SELECT FROM name_word AS k
        WHERE k.owner = i.owner AND k.word = w AND k.lost IS NULL
    )
    ORDER BY i.owner, w
    ON CONFLICT (owner, word) DO UPDATE SET lost = NULL WHERE n.lost IS NOT NULL;

    FOREACH one IN ARRAY cases LOOP
        PERFORM index_case(one);

        DELETE FROM case_value AS v
        WHERE v.instance = one
          AND NOT COALESCE((SELECT i.data_values ? v.field FROM instance AS i WHERE i.id = one), false);

        INSERT INTO case_value AS v (instance, owner, field, written, number, ended)
        SELECT i.id, i.owner, d.key, lower(case_text(left(d.value, 200))),
            CASE WHEN d.value ~ '^-?[0-9]{1,15}([.][0-9]{1,6})?$' THEN d.value::numeric END, i.ended IS NOT NULL
        FROM instance AS i
        CROSS JOIN LATERAL jsonb_each_text(i.data_values) AS d
        WHERE i.id = one AND d.value IS NOT NULL
          -- What a delivery brings along is no answer.
          AND d.key NOT IN ('deliveryId', 'reference', 'sourceInstance', 'thread')
        ON CONFLICT (instance, field) DO UPDATE
        SET written = EXCLUDED.written, number = EXCLUDED.number
        WHERE v.written <> EXCLUDED.written OR v.number IS DISTINCT FROM EXCLUDED.number;
    END LOOP;
END
$function$;

-- Marks the words of names that a case has no more.
CREATE OR REPLACE FUNCTION lose_words()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    UPDATE name_word AS n
    SET lost = now()
    WHERE n.owner = OLD.owner AND n.lost IS NULL AND n.word = ANY (tsvector_to_array(OLD.words))
      AND (TG_OP = 'DELETE' OR n.word <> ALL (tsvector_to_array(NEW.words)));
    RETURN NULL;
END
$function$;

-- References of the instances of a matter that who asks stands in, and no content.
CREATE OR REPLACE FUNCTION matter_of(of_instance uuid)
 RETURNS TABLE(org text, app text, owner bigint, id uuid, source_id uuid, ended boolean)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
#variable_conflict use_column
DECLARE
    began uuid := COALESCE(
        (SELECT i.thread FROM instance AS i WHERE i.id = of_instance), of_instance
    );
BEGIN
    IF EXISTS (
        SELECT FROM instance AS i
        WHERE (i.id = began OR i.thread = began)
          AND (stands(i.owner, i.org, i.app) OR i.org = asking_delivering())
    ) THEN
        RETURN QUERY
        SELECT i.org, i.app, i.owner, i.id, i.source_id, i.ended IS NOT NULL
        FROM instance AS i
        WHERE i.id = began OR i.thread = began
        ORDER BY i.created, i.id
        LIMIT 100;
    END IF;
END
$function$;

-- The words of names that a slip in typing is forgiven for.
CREATE OR REPLACE FUNCTION name_words(names text)
 RETURNS text[]
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
AS $function$
BEGIN
    RETURN ARRAY(
        SELECT DISTINCT w
        FROM regexp_split_to_table(lower(case_text(names)), ' +') AS w
        WHERE char_length(w) BETWEEN 4 AND 40 AND w !~ '[0-9]'
        ORDER BY w
    );
END
$function$;

-- The words of names at an owner that one slip may part from each typed one.
CREATE OR REPLACE FUNCTION near_words(of_owner bigint, words text[])
 RETURNS TABLE(typed text, near text)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET enable_indexscan TO 'off'
 SET enable_indexonlyscan TO 'off'
 SET enable_bitmapscan TO 'on'
AS $function$
BEGIN
    IF stands(of_owner, NULL, NULL) THEN
        RETURN QUERY
        SELECT t.word, n.word
        FROM unnest(words) AS t (word)
        CROSS JOIN LATERAL (
            SELECT w.word
            FROM name_word AS w
            WHERE w.owner = of_owner AND w.keys && word_slips(lower(case_text(t.word)))
            LIMIT 50
        ) AS n
        WHERE char_length(t.word) BETWEEN 4 AND 40;
    END IF;
END
$function$;

-- Who other than its owner has opened an instance and what was made of it, day by day.
CREATE OR REPLACE FUNCTION openings_of(of_instance uuid, of_began uuid, of_owner bigint)
 RETURNS TABLE(org text, app text, purpose text, name text, organisation text, times bigint, latest timestamp with time zone)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
#variable_conflict use_column
BEGIN
    IF NOT stands(of_owner, NULL, NULL) THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH matter AS (
        SELECT i.id, i.owner
        FROM instance AS i
        WHERE i.id = of_instance AND i.owner = of_owner
        UNION ALL
        SELECT c.id, c.owner
        FROM instance AS c
        WHERE c.thread = of_began AND c.source_owner = of_owner AND c.owner <> of_owner
    ), opened AS (
        SELECT v.at, v.purpose, CASE WHEN v.purpose <> '' THEN v.org ELSE '' END AS org,
               CASE WHEN v.purpose <> '' THEN v.app ELSE '' END AS app,
               COALESCE(NULLIF(v.organisation_number, ''), o.organisation_number, '')
                   AS organisation
        FROM matter AS m
        JOIN party AS o ON o.id = m.owner
        CROSS JOIN LATERAL (
            SELECT e.at, e.org, e.app, e.purpose, e.organisation_number
            FROM audit_event AS e
            WHERE e.instance = m.id AND e.outcome = 'done' AND e.act IN ('read', 'download', 'print')
              AND (e.actor_kind = 'org' OR e.actor_kind = 'person' AND m.owner <> of_owner)
            ORDER BY e.id DESC
            LIMIT 1000
        ) AS v
    )
    SELECT v.org, v.app, v.purpose, COALESCE(p.name, ''), v.organisation, count(*), max(v.at)
    FROM opened AS v
    LEFT JOIN party AS p ON p.organisation_number = v.organisation
    WHERE p.id IS DISTINCT FROM of_owner
    GROUP BY v.org, v.app, v.purpose, p.name, v.organisation,
             (v.at AT TIME ZONE 'Europe/Oslo')::date
    ORDER BY max(v.at) DESC
    LIMIT 100;
END
$function$;

-- The owner of an instance, negative when the instance is in another installation.
CREATE OR REPLACE FUNCTION owner_here(of_owner bigint, of_instance uuid)
 RETURNS bigint
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    IF EXISTS (
        SELECT FROM instance AS i WHERE i.id = of_instance AND i.owner = abs(of_owner)
    ) THEN
        RETURN abs(of_owner);
    END IF;
    RETURN -abs(of_owner);
END
$function$;

-- Whether who asks stands where the row is, as the policies say it.
CREATE OR REPLACE FUNCTION stands(of_owner bigint, of_org text, of_app text)
 RETURNS boolean
 LANGUAGE sql
 STABLE
RETURN (COALESCE((of_owner = ANY (asking_parties())), false) OR COALESCE((of_org = asking_org()), false) OR COALESCE(((of_org = asking_open_org()) AND (of_app = asking_open_app())), false) OR asking_system());

-- Adds a piece to an upload of the asker's that is not attached; for any other it stops (SF001).
CREATE OR REPLACE FUNCTION take_chunk()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    INSERT INTO upload_chunk (upload, n, data)
    SELECT u.id, NEW.n, NEW.data FROM upload AS u WHERE u.id = NEW.upload AND NOT u.attached;
    IF NOT FOUND THEN
        PERFORM changed_one(0);
    END IF;
    RETURN NEW;
END
$function$;

CREATE OR REPLACE FUNCTION tell(what text, i instance)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
BEGIN
    INSERT INTO instance_event (type, org, app, owner, instance, task, end_event)
    VALUES (what, i.org, i.app, i.owner, i.id, i.task, i.end_event);
    PERFORM set_config('stafett.told', i.id::text, true);
END
$function$;

-- Appends the events of a confirmation and of a message.
CREATE OR REPLACE FUNCTION tell_beside()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    i instance;
BEGIN
    SELECT k.* INTO i FROM instance AS k WHERE k.id = NEW.instance;
    IF TG_TABLE_NAME = 'confirmation' THEN
        PERFORM tell('app.instance.confirmed', i);
    ELSIF NEW.sent THEN
        PERFORM tell('app.instance.message.sent', i);
    ELSE
        PERFORM tell('app.instance.message.received', i);
    END IF;
    RETURN NULL;
END
$function$;

-- Appends the events of an instance's own row, as the owner.
CREATE OR REPLACE FUNCTION tell_instance()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM tell('app.instance.deleted', OLD);
        RETURN NULL;
    END IF;
    IF TG_OP = 'INSERT' THEN
        PERFORM tell('app.instance.created', NEW);
        RETURN NULL;
    END IF;
    IF NEW.task <> OLD.task AND NEW.task <> '' THEN
        PERFORM tell('app.instance.process.movedTo.' || NEW.task, NEW);
    END IF;
    IF NEW.end_event <> '' AND OLD.end_event = '' THEN
        PERFORM tell('app.instance.process.completed', NEW);
    END IF;
    IF NEW.substatus IS DISTINCT FROM OLD.substatus THEN
        PERFORM tell('app.instance.substatus.changed', NEW);
    END IF;
    IF NEW.withdrawal IS NOT NULL AND OLD.withdrawal IS NULL THEN
        PERFORM tell('app.instance.withdrawn', NEW);
    END IF;
    RETURN NULL;
END
$function$;

-- Appends the event of what an organisation's system has saved.
CREATE OR REPLACE FUNCTION tell_saved()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    i instance;
BEGIN
    SELECT k.* INTO i FROM instance AS k
    WHERE k.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.instance ELSE NEW.instance END;
    IF i.id IS NOT NULL
        AND current_setting('stafett.told', true) IS DISTINCT FROM i.id::text THEN
        PERFORM tell('app.instance.saved', i);
    END IF;
    RETURN NULL;
END
$function$;

-- Makes an instance unread for persons, for who stands there.
CREATE OR REPLACE FUNCTION unsee(of_instance uuid, persons bigint[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    IF EXISTS (
        SELECT FROM instance AS i WHERE i.id = of_instance AND stands(i.owner, i.org, i.app)
    ) THEN
        DELETE FROM seen AS s WHERE s.instance = of_instance AND s.person = ANY (persons);
    END IF;
END
$function$;

-- Ids of all versions of a submission, the first one too, for who stands there or follows it.
CREATE OR REPLACE FUNCTION versions_of(of_instance uuid)
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    first uuid := COALESCE(
        (SELECT i.corrects FROM instance AS i WHERE i.id = of_instance), of_instance
    );
BEGIN
    IF EXISTS (
        SELECT FROM instance AS i
        WHERE i.id = first
          AND (stands(i.owner, i.org, i.app) OR i.org = asking_delivering())
    ) THEN
        RETURN QUERY SELECT i.id FROM instance AS i WHERE i.id = first OR i.corrects = first;
    END IF;
END
$function$;

-- Ends that a case is put off when something has come to it.
CREATE OR REPLACE FUNCTION wake_case()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    DELETE FROM case_snooze AS z WHERE z.instance = NEW.id AND z.at < NEW.task_since;
    RETURN NULL;
END
$function$;

-- The fours of letters that stand together in a word.
CREATE OR REPLACE FUNCTION word_parts(word text)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
    SELECT ARRAY(
        SELECT DISTINCT substr(word, n, 4) FROM generate_series(1, char_length(word) - 3) AS n
    )
$function$;

-- A word, and what is left of it when one letter is away.
CREATE OR REPLACE FUNCTION word_slips(word text)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
    SELECT ARRAY['-' || word] || ARRAY(
        SELECT DISTINCT '-' || left(word, n - 1) || substr(word, n + 1)
        FROM generate_series(1, char_length(word)) AS n
    )
$function$;

-- The words of names at an owner that a word stands inside of, any of which is enough; NULL for none.
CREATE OR REPLACE FUNCTION words_around(of_owner bigint, word text)
 RETURNS tsquery
 LANGUAGE plpgsql
 STABLE
 SET enable_seqscan TO 'off'
 SET enable_indexscan TO 'off'
 SET enable_indexonlyscan TO 'off'
 SET enable_bitmapscan TO 'on'
AS $function$
DECLARE
    inside text := lower(replace(case_text(word), ' ', ''));
    around text;
BEGIN
    IF char_length(inside) < 4 THEN
        RETURN NULL;
    END IF;
    SELECT string_agg(quote_literal(f.word), ' | ') INTO around
    FROM (
        SELECT n.word
        FROM name_word AS n
        WHERE n.owner = of_owner AND n.keys @> word_parts(inside)
          AND strpos(n.word, inside) > 1
        LIMIT 100
    ) AS f;
    RETURN around::tsquery;
END
$function$;
