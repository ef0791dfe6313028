/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-router.h"
#include "bootstrap/court.h"
#include "bootstrap/stile-masa.h"
#include "bootstrap/stile-registrar.h"
#include "support/test-carrier.h"
#include "support/test-handler.h"

G_BEGIN_DECLS

#define PLANT_REGISTRAR "/.well-known/brski/"
#define PLANT_MASA "/masa/"

/* How a policy ends whose only matter is one line. */
#define PLANT_MANUFACTURER                                                                                   \
  "[manufacturer Example Devices]\nanchors=maker.pem\nmasa-url=https://masa.example/masa\n"
#define PLANT_POLICY PLANT_MANUFACTURER "serials=PID:X1 *\n"
#define PLANT_DEVICES "[issuer X1]\nanchors=maker.pem\nserials=PID:X1 *\n"

/*
 * A registrar and a MASA in one process, with ledgers in files: everybody of Court, and what they serve.  What the
 * registrar asks goes to the MASA by TestCarrier, unless a test puts somebody else there.
 */
typedef struct
{
  Court court;
  char *directory;
  GPtrArray *chain;  /* what the registrar wants pinned: up to the domain's root */
  GPtrArray *agents; /* who issues the certificates of its agents, or NULL (no-ref) */

  StileLedger *ledger;
  StileRegistrar *registrar;
  StileRouter *router;
  StileLedger *masa_ledger;
  StileMasa *masa;
  StileRouter *masa_router;
} Plant;

void plant_set_up (Plant *self, gconstpointer data);
void plant_tear_down (Plant *self, gconstpointer data);

/* Both from their files anew, with the ledgers they had, as after a kill. */
void plant_start_registrar (Plant *self, const char *policy);
void plant_start_masa (Plant *self, const char *devices, GPtrArray *registrar_anchors);

StileIdentity *plant_make_identity (TestPki *pki);
StileIdentity *plant_make_identity_of (GPtrArray *chain, TestPki *key);

/* What @handler answers to that content from @peer, who saw @own; (transfer full). */
StileHttpMessage *plant_ask (
    StileHandler *handler, const char *path, const char *type, GBytes *content, TestPki *peer, TestPki *own);
StileHttpMessage *plant_ask_voucher (Plant *self, GBytes *request);
StileHttpMessage *plant_tell_status (Plant *self, const char *name, const char *json, TestPki *peer);
/* The device's request, as court.fields say, signed by the device. */
GBytes *plant_make_request (Plant *self);

/* In the place of the MASA that the registrar asks: what it answers, and what it was asked last. */
TestHandler *plant_stand_in_for_masa (void);
void plant_answer_with (TestHandler *masa, guint status, const char *type, const char *text);
GBytes *plant_get_question (TestHandler *masa);

void plant_expect (StileHttpMessage *response, guint status, const char *beginning);
StileAdmission plant_get_admission (Plant *self, const char *serial);
void plant_set_admission (Plant *self, const char *serial, StileAdmission admission);
char *plant_get_issuer (Plant *self);
/* The newest event of the device called so, or NULL; (transfer full) */
GVariant *plant_find_event (Plant *self, const char *what);

G_END_DECLS
