/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/fake-registrar.h"
#include "bootstrap/stile-pledge.h"
#include "support/test-carrier.h"

G_BEGIN_DECLS

/* Seconds pass at once. */
#define SEARCH_SECOND 1

/*
 * A device that looks for its owner, and everybody it may find:
 *
 *   FakeRegistrar *registrar = search_add_registrar (self, "a.example");
 *
 *   fake_registrar_give_voucher (registrar, &self->fields, self->court.masa);
 *   search_expect_success (self);
 */
typedef struct
{
  Court court;
  StileVoucherFields fields; /* of a good voucher, without a nonce */
  TestPki *cloud;            /* a CA, the manufacturer's cloud's */
  GPtrArray *cloud_anchors;
  StileIdentity *idevid;
  StilePledgeSettings settings;
  StilePledge *pledge; /* made by the first that needs it */
  GHashTable *places;  /* of host → TestCarrierPlace */
  GPtrArray *registrars;
  StileChannel *channel; /* what the last success gave */
  GString *words;        /* "Ask Anna|": what a person was told at each wait */
  GArray *untils;        /* of gint64: when each wait was to end */
} Search;

void search_set_up (Search *self, gconstpointer data);
void search_tear_down (Search *self, gconstpointer data);

/* All (transfer none). */
StilePledge *search_get_pledge (Search *self);
TestCarrierPlace *search_get_place (Search *self, const char *host);
/* Somebody at @host whom the pledge is not told of. */
FakeRegistrar *search_add_place (Search *self, const char *host, TestPki *identity);
/* An owner's registrar with the domain's certificate. */
FakeRegistrar *search_add_registrar (Search *self, const char *host);
/* The manufacturer's, which can be verified. */
FakeRegistrar *search_add_cloud (Search *self, const char *host);
/* One more cloud registrar that the pledge is not told of. */
FakeRegistrar *search_add_cloud_place (Search *self, const char *host);
/* All sessions of the host are lost. */
void search_lose_sessions (Search *self, const char *host);

gboolean search_run (Search *self, GCancellable *cancellable, GError **error);
void search_expect_success (Search *self);
/* @words: part of the message */
void search_expect_failure (Search *self, int code, const char *words);

/* What was reported to a registrar as number @index. (transfer full) */
StileStatusReport *search_read_report (FakeRegistrar *registrar, guint index);

G_END_DECLS
