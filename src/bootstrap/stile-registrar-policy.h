/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-audit-log.h"
#include "bootstrap/stile-manufacturer.h"

G_BEGIN_DECLS

#define STILE_TYPE_REGISTRAR_POLICY (stile_registrar_policy_get_type ())
G_DECLARE_FINAL_TYPE (StileRegistrarPolicy, stile_registrar_policy, STILE, REGISTRAR_POLICY, GObject)

StileRegistrarPolicy *stile_registrar_policy_load (const char *path,
                                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

StileManufacturer *
stile_registrar_policy_find_manufacturer (StileRegistrarPolicy *self, GPtrArray *chain, gint64 at);
GPtrArray *stile_registrar_policy_get_anchors (StileRegistrarPolicy *self);
/* What becomes of a device that no list has: refused or asked. */
StileVerdict stile_registrar_policy_get_unknown (StileRegistrarPolicy *self);
StileVerdict stile_registrar_policy_judge_log (StileRegistrarPolicy *self,
                                               StileAuditLog *log,
                                               const char *domain_id,
                                               char **reason);

G_END_DECLS
