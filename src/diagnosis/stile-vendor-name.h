/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Common name, organization, organizational unit, mail address. */
#define STILE_VENDOR_NAME_N_PARTS 4

/* Bytes of a part that a pattern is held against: who puts 64 KB into a name gets no guess. */
#define STILE_VENDOR_NAME_MAX_LENGTH 256

/**
 * StileVendorName:
 * @values: (element-type utf8): of each part, what the name has of it
 *
 * The issuer of a certificate, as its DER has it and not as it is printed.
 */
typedef struct
{
  GPtrArray *values[STILE_VENDOR_NAME_N_PARTS];
} StileVendorName;

const char *stile_vendor_name_get_part (gsize index);
gboolean stile_vendor_name_find_part (const char *field, gsize *index);
GPtrArray *stile_vendor_name_collect (GPtrArray *chain);

G_END_DECLS
