/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/prm-plant.h"
#include "bootstrap/stile-prm-status.h"

G_BEGIN_DECLS

/* What anybody on the link may say to the device of a PrmPlant, and what it answers. */

#define PRM_DEVICE_N_PATHS 6

typedef struct
{
  const char *name;
  const char *type;
  const char *answers; /* NULL: a yes is all */
  gsize limit;
} PrmDevicePath;

extern const PrmDevicePath prm_device_paths[PRM_DEVICE_N_PATHS];

/* All (transfer full).  @name: of a path; prm_device_ask() asks as the path has it. */
StileHttpMessage *prm_device_send (PrmPlant *self, StileHttpMessage *request);
StileHttpMessage *prm_device_ask_as (PrmPlant *self,
                                     const char *method,
                                     const char *name,
                                     const char *type,
                                     const char *accept,
                                     GBytes *content);
StileHttpMessage *prm_device_ask (PrmPlant *self, const char *name, GBytes *content);
void prm_device_expect (PrmPlant *self, const char *name, GBytes *content, guint status, const char *begin);

/* (transfer none) */
StilePledgeState *prm_device_get_state (PrmPlant *self);
StilePledgeStage prm_device_get_stage (PrmPlant *self);
/* Power was cut. */
void prm_device_restart (PrmPlant *self);

/* What a signed answer says; whoever signed it is @signer. (transfer full) */
StileStatusReport *
prm_device_read_status (StileHttpMessage *response, StilePrmStatusKind kind, StileCertificate *signer);
/* The device does not take it, and says why itself. */
void prm_device_expect_no_voucher (PrmPlant *self, GBytes *content, const char *reason);
void prm_device_expect_no_certificate (PrmPlant *self, GBytes *content, const char *reason);

/* What the agent says for @registrar. (transfer full) */
GBytes *prm_device_make_trigger (PrmPlant *self, TestPki *registrar, const char *serial, gint64 now);
/* The nonce of what the device answers to a trigger. (transfer full) */
char *prm_device_trigger (PrmPlant *self, TestPki *registrar);
/* A voucher for the device that pins @domain, of @masa, and of @registrar unless that is NULL. (transfer full) */
GBytes *prm_device_make_voucher (
    PrmPlant *self, const char *nonce, TestPki *domain, TestPki *masa, TestPki *registrar);

G_END_DECLS
