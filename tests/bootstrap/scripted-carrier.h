/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-endpoint.h"
#include "support/test-pki.h"

G_BEGIN_DECLS

/* A carrier with a service behind it in the same process, for the job that makes its carriers itself: what it does is
 * said here, before or while the job runs. */
#define SCRIPTED_TYPE_CARRIER (scripted_carrier_get_type ())
G_DECLARE_FINAL_TYPE (ScriptedCarrier, scripted_carrier, SCRIPTED, CARRIER, GObject)

/**
 * ScriptedWorld:
 *
 * @outer: (nullable): what the outer TLS shows; %NULL for none
 * @outer_root: who signed it: a PEM file with this certificate in it makes it valid
 * @errors: what is wrong with it without such a file
 * @always_wrong: it stays wrong with such a file
 * @status: of the answer to looking
 * @page: (nullable): somebody else's page
 * @endpoint: (nullable): answers flights; %NULL: nobody reaches it
 * @plain: (nullable): answers requests without ATLS
 * @block: calls of this kind wait until they are cancelled
 */
typedef enum
{
  SCRIPTED_BLOCK_NOTHING,
  SCRIPTED_BLOCK_INSPECT,
  SCRIPTED_BLOCK_EXCHANGE,
  SCRIPTED_BLOCK_SEALED,
} ScriptedBlock;

typedef struct
{
  TestPki *outer;
  TestPki *outer_root;
  GTlsCertificateFlags errors;
  gboolean always_wrong;
  guint status;
  const char *page;
  StileEndpoint *endpoint;
  StileHandler *plain;
  ScriptedBlock block;
  guint sealed_until_block; /* sealed messages that pass before SCRIPTED_BLOCK_SEALED holds */
  gboolean blocked;         /* whether something waits */
  guint inspections;
  guint exchanges;
} ScriptedWorld;

extern ScriptedWorld scripted_carrier_world;

G_END_DECLS
