/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-database-schema.h"

/* The versions of the database, one line each.  A version that was released never changes again: what is new is a row
 * at the end.  Names in lower case hex and text as it was sent; dates are Unix seconds. */
const StileDatabaseMigration stile_database_schema[] = {
  { "the registrar's devices",
    "CREATE TABLE devices (issuer TEXT NOT NULL, serial TEXT NOT NULL, admission TEXT "
    "NOT NULL, reason TEXT, changed INTEGER NOT NULL, PRIMARY KEY (issuer, serial)) "
    "STRICT, WITHOUT ROWID" },
  { "events of devices",
    "CREATE TABLE events (id INTEGER PRIMARY KEY AUTOINCREMENT, issuer TEXT NOT NULL, serial "
    "TEXT NOT NULL, date INTEGER NOT NULL, what TEXT NOT NULL, details TEXT) STRICT;"
    "CREATE INDEX events_device ON events (issuer, serial)" },
  { "vouchers",
    "CREATE TABLE vouchers (id INTEGER PRIMARY KEY AUTOINCREMENT, request TEXT NOT NULL UNIQUE, issuer "
    "TEXT NOT NULL, serial TEXT NOT NULL, upstream_request BLOB, voucher BLOB) STRICT;"
    "CREATE INDEX vouchers_device ON vouchers (issuer, serial)" },
  { "the MASA's owners and audit log",
    "CREATE TABLE owners (issuer TEXT NOT NULL, serial TEXT NOT NULL, domain_id TEXT NOT NULL, PRIMARY KEY "
    "(issuer, "
    "serial)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE audit (id INTEGER PRIMARY KEY AUTOINCREMENT, issuer TEXT NOT NULL, serial TEXT NOT NULL, "
    "date "
    "INTEGER NOT NULL, domain_id TEXT NOT NULL, nonce TEXT, assertion TEXT NOT NULL) STRICT;"
    "CREATE INDEX audit_device ON audit (issuer, serial)" },
  { "the domain CA's certificates", "CREATE TABLE certificates (id INTEGER PRIMARY KEY AUTOINCREMENT, serial "
                                    "TEXT NOT NULL UNIQUE, request TEXT NOT "
                                    "NULL, owner TEXT NOT NULL, device TEXT, der BLOB NOT NULL) STRICT;"
                                    "CREATE INDEX certificates_request ON certificates (request)" },
  { "whose IDevID a certificate's device has", "ALTER TABLE certificates ADD COLUMN issuer TEXT" },
  { "devices that an agent speaks for",
    "CREATE TABLE prm_devices (issuer TEXT NOT NULL, serial TEXT NOT NULL, idevid BLOB NOT NULL, ldevid "
    "BLOB, "
    "ldevid_digest TEXT, triggered_on INTEGER NOT NULL, requested_on INTEGER, enrolled_on INTEGER, "
    "PRIMARY KEY (issuer, serial)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX prm_devices_ldevid ON prm_devices (ldevid_digest)" },
  { NULL, NULL, 0 },
};
