-- The role under which the web and the background jobs speak with PostgreSQL. It owns nothing: it reads and writes rows,
-- and what is in the public log it can only add to. Run once in the database, as the owner of its tables (the role that
-- `langnghe setup` runs as) with the right to make roles; run it again after an upgrade that adds tables.
-- The role has no password: on the same machine pg_hba.conf says `local langnghe langnghe peer`, and the name of the
-- service's user is proof enough.
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'langnghe') THEN
    CREATE ROLE langnghe LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
  END IF;
END $$;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO langnghe;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO langnghe;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO langnghe;
-- What happened is not rewritten: `langnghe new-log`, `setup` and `restore` run as the owner.
REVOKE UPDATE, DELETE ON ledger_logentry, ledger_leaf, ledger_checkpoint, ledger_cosignature FROM langnghe;
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM langnghe;
