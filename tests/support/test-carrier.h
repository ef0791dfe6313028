/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-endpoint.h"
#include "support/test-pki.h"

G_BEGIN_DECLS

/* Takes bytes to an endpoint in the same process.  Jobs make their carriers themselves, so what carriers do is said in
 * test_carrier_world, before or while something runs. */
#define TEST_TYPE_CARRIER (test_carrier_get_type ())
G_DECLARE_FINAL_TYPE (TestCarrier, test_carrier, TEST, CARRIER, GObject)

/* Gives what comes back in place of @answer; NULL leaves it. */
typedef GBytes *(*TestCarrierFunc) (guint exchange, GBytes *answer, gpointer user_data);

/* Calls of this kind wait until they are cancelled. */
typedef enum
{
  TEST_CARRIER_BLOCK_NOTHING,
  TEST_CARRIER_BLOCK_INSPECT,
  TEST_CARRIER_BLOCK_EXCHANGE,
  TEST_CARRIER_BLOCK_SEALED,
} TestCarrierBlock;

/**
 * TestCarrierPlace:
 *
 * Who is at one of several hosts.
 */
typedef struct
{
  StileEndpoint *endpoint; /* (nullable) (no-ref): answers flights; NULL: nobody speaks ATLS there */
  StileHandler *plain;     /* (nullable) (no-ref): answers requests without ATLS */
  gboolean block;          /* exchanges with it wait until they are cancelled */
  guint exchanges;
  guint requests;
} TestCarrierPlace;

/**
 * TestCarrierWorld:
 *
 * What lies between carriers and their service, and the service itself.  Carriers hold no references: whoever sets it up
 * keeps it alive.
 */
typedef struct
{
  /* Looking. */
  TestPki *outer;              /* (nullable): what the outer TLS shows; NULL for none */
  TestPki *outer_root;         /* who signed it: a PEM file with this certificate in it makes it valid */
  GTlsCertificateFlags errors; /* what is wrong with it without such a file */
  gboolean always_wrong;       /* it stays wrong with such a file */
  guint status;                /* of the answer */
  const char *page;            /* (nullable): somebody else's page */
  const char *problem;         /* (nullable): why nothing can be seen */

  /* Exchanging. */
  StileEndpoint *endpoint; /* (nullable): answers flights; NULL: nobody reaches it */
  gboolean without_id;     /* as a plain ATLS peer: sessions are told apart in a way that seals nothing */
  guint break_at;          /* the exchange that fails, counted from 1; 0: none */
  TestCarrierFunc change;  /* (nullable) */
  gpointer change_data;

  GHashTable *places; /* (nullable): of host → TestCarrierPlace; then nobody is anywhere else */

  StileHandler
      *plain; /* (nullable): answers requests without ATLS, with the carrier's identity as who asks */

  TestCarrierBlock block;
  guint sealed_until_block; /* sealed messages that pass before TEST_CARRIER_BLOCK_SEALED holds */

  /* What carriers say. */
  gboolean blocked; /* whether something waits */
  guint inspections;
  guint exchanges;
  guint requests;          /* without ATLS */
  GPtrArray *anchors;      /* (nullable) (no-ref): of the carrier of the last of these */
  StileIdentity *identity; /* (nullable) (no-ref): and who asked */
  gsize sent;              /* bytes of the last exchange */
} TestCarrierWorld;

extern TestCarrierWorld test_carrier_world;

G_END_DECLS
