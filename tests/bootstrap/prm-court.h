/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/court.h"
#include "bootstrap/stile-prm-judge.h"

G_BEGIN_DECLS

/*
 * Everybody of Court, and the laptop between them: an agent of the domain, an agent and a registrar of strangers, another
 * registrar and a camera of the same domain.  What the device was told is in @told and @signed_data; a test changes that, or
 * the fields, and asks for a request anew.
 */
typedef struct
{
  Court court;
  TestPki *agent;
  TestPki *other_agent;
  TestPki *strange_agent;
  TestPki *other_registrar; /* has id-kp-cmcRA */
  TestPki *camera;          /* of the domain, and nothing special */

  GPtrArray *domain;
  GPtrArray *agent_chain;
  GPtrArray *full_chain; /* the registrar with the domain's root */

  TestPki *told;
  GBytes *signed_data;
  GVariant *kept;
} PrmCourt;

void prm_court_set_up_pledge (PrmCourt *self, gconstpointer data);
void prm_court_set_up_registrar (PrmCourt *self, gconstpointer data);
void prm_court_set_up_masa (PrmCourt *self, gconstpointer data);
void prm_court_tear_down (PrmCourt *self, gconstpointer data);

/* All (transfer full).  @members: of the protected header, as GVariant's text format has them, or NULL. */
GBytes *prm_court_sign (const char *json, const char *members, TestPki *signer);
GBytes *prm_court_sign_again (GBytes *message, TestPki *signer);
char *prm_court_encode (GBytes *bytes);

/* What the agent says to the device: at some seconds from now. */
GBytes *prm_court_sign_data (PrmCourt *self, const char *serial, gint64 from_now, TestPki *agent);
void prm_court_tell (PrmCourt *self, TestPki *registrar, const char *serial, TestPki *agent);

/* The voucher that court.fields say, signed by @first, then by @second unless that is NULL. */
GBytes *prm_court_make_voucher (PrmCourt *self, TestPki *first, TestPki *second);
/* The device's request. */
GBytes *prm_court_make_request (PrmCourt *self, TestPki *device);
/* The registrar's, with the device's in it; @agent goes into "agent-sign-cert" unless it is NULL. */
GBytes *prm_court_make_registrar_request (PrmCourt *self, TestPki *device, TestPki *agent);

G_END_DECLS
