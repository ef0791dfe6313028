/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* RFC 8995 section 2.3.2: what is meant when only an authority is given. */
#define STILE_MASA_ADDRESS_PATH "/.well-known/brski"

/* A host name has 253 characters; a path is short. */
#define STILE_MASA_ADDRESS_MAX_LENGTH 1024

/**
 * StileMasaTrust:
 * @STILE_MASA_FROM_DEVICE: it stands in an IDevID: the usual port and a host name only, whoever signed it
 * @STILE_MASA_FROM_OPERATOR: it stands in the registrar's policy, or the policy says to take any
 */
typedef enum
{
  STILE_MASA_FROM_DEVICE,
  STILE_MASA_FROM_OPERATOR,
} StileMasaTrust;

/**
 * StileMasaAddress:
 * @origin: "https://masa.example", what a carrier is made with
 * @authority: "masa.example", for requests
 * @path: "/.well-known/brski", without a slash at its end
 *
 * Where a MASA is, taken apart and checked (BOOTSTRAP R6).
 */
typedef struct
{
  char *origin;
  char *authority;
  char *path;
} StileMasaAddress;

StileMasaAddress *
stile_masa_address_parse (const char *text, StileMasaTrust trust, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *stile_masa_address_get_path (const StileMasaAddress *self, const char *name);
void stile_masa_address_free (StileMasaAddress *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileMasaAddress, stile_masa_address_free)

G_END_DECLS
