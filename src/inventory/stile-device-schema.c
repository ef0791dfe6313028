/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-device-schema.h"

/* "StDv": a provisioning station's devices. */
#define APPLICATION 0x53744476

/* The versions of a provisioning station's database, one line each, as stile_database_schema has the service's. */
const StileDatabaseMigration stile_device_schema[] = {
  { "devices",
    "CREATE TABLE devices (id INTEGER PRIMARY KEY AUTOINCREMENT, position INTEGER NOT NULL, serial TEXT NOT "
    "NULL UNIQUE, "
    "address TEXT, name TEXT, model TEXT, note TEXT, state TEXT NOT NULL, step INTEGER NOT NULL, message "
    "TEXT, until "
    "INTEGER NOT NULL, changed INTEGER NOT NULL, agent TEXT) STRICT;"
    "CREATE INDEX devices_position ON devices (position)",
    APPLICATION },
  { "what was collected of them",
    "CREATE TABLE artefacts (device INTEGER NOT NULL REFERENCES devices (id) ON DELETE CASCADE, step TEXT "
    "NOT NULL, "
    "bytes BLOB NOT NULL, date INTEGER NOT NULL, PRIMARY KEY (device, step)) STRICT, WITHOUT ROWID",
    0 },
  { "what happened to them",
    "CREATE TABLE events (id INTEGER PRIMARY KEY AUTOINCREMENT, device INTEGER NOT NULL REFERENCES devices "
    "(id) ON "
    "DELETE CASCADE, date INTEGER NOT NULL, what TEXT NOT NULL, text TEXT) STRICT;"
    "CREATE INDEX events_device ON events (device)",
    0 },
  { "registrars that were met",
    "CREATE TABLE registrars (url TEXT PRIMARY KEY, certificate BLOB NOT NULL, date INTEGER NOT NULL) "
    "STRICT, WITHOUT "
    "ROWID",
    0 },
  { NULL, NULL, 0 },
};
