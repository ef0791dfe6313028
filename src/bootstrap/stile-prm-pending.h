/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "codec/stile-certificate.h"

G_BEGIN_DECLS

/* Anybody on the link may trigger a device (BRSKI-PRM section 12.1); more laptops than this are not at one device. */
#define STILE_PRM_PENDING_MAX 8

/* An agent on the road comes back after days (BRSKI-PRM section 5.2). */
#define STILE_PRM_PENDING_SECONDS (14 * 86400)

/**
 * StilePrmPending:
 *
 * The requests that a device has out: for each, the nonce, and the registrar certificate that the agent had with it
 * (BOOTSTRAP P22).  A voucher that comes back finds its own.  Time is the caller's: seconds of any clock that only runs
 * forward.
 */
typedef struct _StilePrmPending StilePrmPending;

StilePrmPending *stile_prm_pending_new (void);
void stile_prm_pending_free (StilePrmPending *self);

void
stile_prm_pending_add (StilePrmPending *self, const char *nonce, StileCertificate *registrar, gint64 now);
/* (transfer none) (nullable) */
StileCertificate *stile_prm_pending_find (StilePrmPending *self, const char *nonce, gint64 now);
/* For a device that is switched off meanwhile: aa{sv}, (transfer floating); what is damaged is passed over. */
GVariant *stile_prm_pending_to_variant (StilePrmPending *self);
StilePrmPending *stile_prm_pending_new_from_variant (GVariant *list);
guint stile_prm_pending_get_n (StilePrmPending *self, gint64 now);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StilePrmPending, stile_prm_pending_free)

G_END_DECLS
