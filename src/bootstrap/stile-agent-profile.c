/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-agent-profile.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "codec/stile-certificate-bundle.h"

/* (nullable): NULL with no error when none is named */
static GPtrArray *
load_certificates (const char *path, GError **error)
{
  GPtrArray *certificates = path != NULL ? stile_certificate_bundle_load_pem (path, error) : NULL;

  if (path != NULL && certificates == NULL)
    stile_error_convert (error, STILE_ERROR_SETTINGS);
  return certificates;
}

static StileCarrier *
open_registrar (const StileAgentProfile *self, StileIdentity *identity, GError **error)
{
  GType type =
      stile_profile_get_policy (self->profile) == STILE_POLICY_NEVER ? self->plain_type : self->session_type;
  g_autoptr (GError) failure = NULL;
  g_autoptr (GPtrArray) anchors = stile_profile_load_anchors (self->profile, &failure);

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }

  return g_initable_new (type, NULL, error, "service", stile_profile_get_service (self->profile), "proxy",
                         stile_profile_get_proxy (self->profile), "anchors", anchors, "identity", identity,
                         NULL);
}

static StileIdentity *
load_identity (const StileAgentProfile *self, GError **error)
{
  if (stile_profile_get_certificate (self->profile) == NULL)
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                           _ ("An agent has a certificate of the domain’s: name it and its key"));
      return NULL;
    }

  return stile_profile_load_identity (self->profile, error);
}

/**
 * stile_agent_profile_open:
 *
 * Reads all files that are named, and asks nobody; may take some milliseconds.
 *
 * Returns: (transfer full): the agent; %STILE_ERROR_SETTINGS
 */
StileRegistrarAgent *
stile_agent_profile_open (const StileAgentProfile *self, GError **error)
{
  g_autoptr (StileIdentity) identity = load_identity (self, error);
  g_autoptr (StileCarrier) registrar = NULL;
  g_autoptr (GPtrArray) shown = NULL;
  g_autoptr (GPtrArray) manufacturers = NULL;
  g_autoptr (GError) failure = NULL;
  StileRegistrarAgentSettings settings = { .identity = identity, .carrier_type = self->plain_type };

  if (identity == NULL)
    return NULL;
  if (stile_profile_get_service (self->profile) != NULL)
    registrar = open_registrar (self, identity, &failure);
  if (failure == NULL)
    shown = load_certificates (self->registrar_certificate, &failure);
  if (failure == NULL)
    manufacturers = load_certificates (self->manufacturers, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }

  settings.registrar = registrar;
  settings.registrar_certificate = shown != NULL && shown->len > 0 ? g_ptr_array_index (shown, 0) : NULL;
  settings.manufacturers = manufacturers;
  return stile_registrar_agent_new (&settings, error);
}
