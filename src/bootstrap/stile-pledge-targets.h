/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * StilePledgeTargetKind:
 * @STILE_PLEDGE_TARGET_REGISTRAR: an owner's registrar: nobody vouches for it before the voucher
 * @STILE_PLEDGE_TARGET_CLOUD: the manufacturer's: it must be verified
 * @STILE_PLEDGE_TARGET_FOUND: where a cloud registrar sent us: another one of its kind when it can be verified, else the
 *   owner's (BRSKI-Cloud section 3.1)
 */
typedef enum
{
  STILE_PLEDGE_TARGET_REGISTRAR,
  STILE_PLEDGE_TARGET_CLOUD,
  STILE_PLEDGE_TARGET_FOUND,
} StilePledgeTargetKind;

/**
 * StilePledgeTarget:
 * @url: origin of the registrar
 * @kind: what it may be
 * @hops: redirects that led here
 */
typedef struct
{
  char *url;
  StilePledgeTargetKind kind;
  guint hops;
} StilePledgeTarget;

/* Registrars that are still to be tried, first one first, and where we have been. */
typedef struct _StilePledgeTargets StilePledgeTargets;

StilePledgeTargets *stile_pledge_targets_new (void);
void stile_pledge_targets_free (StilePledgeTargets *self);
void stile_pledge_targets_add (StilePledgeTargets *self, const char *url, StilePledgeTargetKind kind);
void stile_pledge_targets_begin_round (StilePledgeTargets *self);
const StilePledgeTarget *stile_pledge_targets_next (StilePledgeTargets *self);
const StilePledgeTarget *stile_pledge_targets_get_current (StilePledgeTargets *self);
guint stile_pledge_targets_get_n (StilePledgeTargets *self);
void stile_pledge_targets_settle (StilePledgeTargets *self, StilePledgeTargetKind kind);
gboolean stile_pledge_targets_follow (StilePledgeTargets *self,
                                      guint status,
                                      const char *location,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StilePledgeTargets, stile_pledge_targets_free)

G_END_DECLS
