/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "atls/stile-role.h"

G_BEGIN_DECLS

#define STILE_TYPE_FLIGHT (stile_flight_get_type ())
G_DECLARE_FINAL_TYPE (StileFlight, stile_flight, STILE, FLIGHT, GObject)

/* PROTOCOL section 1.  A chain of 31 KB fits; nothing that grows without end does. */
#define STILE_FLIGHT_MAX_SIZE (64 * 1024)

/* 64-byte records were seen; a flight of the full size made of empty ones would be 13,000. */
#define STILE_FLIGHT_MAX_RECORDS 1100

/**
 * StileFlightRecord:
 * @offset: where it begins in the flight, in bytes
 * @length: bytes of its payload
 * @type: its content type (RFC 8446 section 5.1)
 * @version: its legacy version, 0x0303
 * @encrypted: whether its payload can be read without keys
 */
typedef struct
{
  guint offset;
  guint length;
  guint8 type;
  guint16 version;
  gboolean encrypted;
} StileFlightRecord;

StileFlight *stile_flight_new (StileRole sender, guint number, GBytes *bytes);
StileRole stile_flight_get_sender (StileFlight *self);
guint stile_flight_get_number (StileFlight *self);
GBytes *stile_flight_get_bytes (StileFlight *self);
guint stile_flight_get_n_records (StileFlight *self);
const StileFlightRecord *stile_flight_get_record (StileFlight *self, guint index);
gboolean stile_flight_is_well_formed (StileFlight *self);
gboolean stile_flight_check_size (GBytes *bytes, GError **error);
char *stile_flight_describe (StileFlight *self);
GVariant *stile_flight_to_variant (StileFlight *self, gboolean with_bytes);

G_END_DECLS
