/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab/stile-lab-registrar.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "atls/stile-observation-handler.h"
#include "atls/stile-observation.h"
#include "atls/stile-router.h"
#include "bootstrap/stile-est-server.h"
#include "bootstrap/stile-registrar-enrolment.h"
#include "bootstrap/stile-registrar-prm-enrolment.h"
#include "bootstrap/stile-registrar-prm-roots.h"
#include "bootstrap/stile-registrar-status.h"
#include "bootstrap/stile-registrar-voucher.h"
#include "inventory/stile-ledger-database.h"
#include "lab/stile-lab-doorkeeper.h"
#include "transport/stile-http-carrier.h"

/* Within the life of the lab's own authorities. */
#define LIFETIME_SECONDS (24 * 60 * 60)

/* As an operator would write it for stiled: data/registrar-policy.conf tells all of it.  The lab's MASA has an odd port,
 * which a registrar would else take from nobody but its operator. */
#define POLICY                                                                                               \
  "[manufacturer Example Devices Ltd]\n"                                                                     \
  "anchors=anchors.pem\n"                                                                                    \
  "masa-anchors=anchors.pem\n"                                                                               \
  "masa-any-address=true\n"                                                                                  \
  "admit=%s\n"

/**
 * StileLabRegistrar:
 *
 * Plant Nord: the registrar and the EST server of stiled, with a CA of the domain's own, and somebody who can be asked.  It
 * takes what its technicians bring.  It remembers in memory.  The lab holds it.
 */
struct _StileLabRegistrar
{
  GObject parent_instance;

  StileLedger *ledger;
  StileRegistrar *registrar;
  StileLabDoorkeeper *doorkeeper;
  StileRouter *router;
};

G_DEFINE_FINAL_TYPE (StileLabRegistrar, stile_lab_registrar, G_TYPE_OBJECT)

static void
stile_lab_registrar_dispose (GObject *object)
{
  StileLabRegistrar *self = STILE_LAB_REGISTRAR (object);

  stile_lab_registrar_stop (self);
  g_clear_object (&self->router);
  g_clear_object (&self->doorkeeper);
  g_clear_object (&self->registrar);
  g_clear_object (&self->ledger);

  G_OBJECT_CLASS (stile_lab_registrar_parent_class)->dispose (object);
}

static void
stile_lab_registrar_class_init (StileLabRegistrarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stile_lab_registrar_dispose;
}

static void
stile_lab_registrar_init (StileLabRegistrar *self)
{
}

static StileCertificate *
certificate_of (StileLabPki *pki, StileLabMember member)
{
  return stile_lab_authority_get_certificate (stile_lab_pki_get_authority (pki, member));
}

/* --- the registrar --- */

static StileRegistrarPolicy *
load_policy (StileLabPki *pki, const char *name, const char *admit, GError **error)
{
  g_autofree char *path = g_build_filename (stile_lab_pki_get_directory (pki), name, NULL);
  g_autofree char *text = g_strdup_printf (POLICY, admit);

  if (g_file_set_contents (path, text, -1, error))
    return stile_registrar_policy_load (path, error);

  stile_error_convert (error, STILE_ERROR_SETTINGS);
  return NULL;
}

/* Up to the domain's root: that is what vouchers are to pin. */
static GPtrArray *
make_chain (StileLabPki *pki)
{
  StileIdentity *identity = stile_lab_pki_get_identity (pki, STILE_LAB_PART_REGISTRAR);
  GPtrArray *chain = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (chain, g_object_ref (stile_identity_get_certificate (identity)));
  g_ptr_array_add (chain, g_object_ref (certificate_of (pki, STILE_LAB_DOMAIN)));
  return chain;
}

static GPtrArray *
make_agent_anchors (StileLabPki *pki)
{
  GPtrArray *anchors = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (anchors, g_object_ref (certificate_of (pki, STILE_LAB_AGENTS)));
  return anchors;
}

static StileRegistrar *
make_registrar (
    StileLabRegistrar *self, StileLabPki *pki, const char *policy_name, const char *admit, GError **error)
{
  g_autoptr (StileRegistrarPolicy) policy = load_policy (pki, policy_name, admit, error);
  g_autoptr (GPtrArray) chain = make_chain (pki);
  g_autoptr (GPtrArray) agents = make_agent_anchors (pki);
  const StileRegistrarSettings settings = { .identity =
                                                stile_lab_pki_get_identity (pki, STILE_LAB_PART_REGISTRAR),
                                            .chain = chain,
                                            .policy = policy,
                                            .ledger = self->ledger,
                                            .carrier_type = STILE_TYPE_HTTP_CARRIER,
                                            .agent_anchors = agents };

  return policy != NULL ? stile_registrar_new (&settings, error) : NULL;
}

static gboolean
open_registrars (StileLabRegistrar *self, StileLabPki *pki, GError **error)
{
  g_autoptr (StileRegistrar) asking = NULL;
  g_autoptr (StileHandler) open_handler = NULL;
  g_autoptr (StileHandler) asking_handler = NULL;

  self->registrar = make_registrar (self, pki, "registrar-policy.conf", "allow", error);
  if (self->registrar != NULL)
    asking = make_registrar (self, pki, "registrar-policy-that-asks.conf", "ask", error);
  if (asking == NULL)
    return FALSE;

  open_handler = stile_registrar_voucher_new (self->registrar);
  asking_handler = stile_registrar_voucher_new (asking);
  self->doorkeeper = stile_lab_doorkeeper_new (open_handler, asking_handler, self->ledger);
  return TRUE;
}

/* --- EST, and what else the service tells --- */

static StileEstServer *
make_est (StileLabRegistrar *self, StileLabPki *pki, GError **error)
{
  const StileDomainCaProfile profile = { .lifetime = LIFETIME_SECONDS };
  g_autoptr (GPtrArray) roots = g_ptr_array_new ();
  g_autoptr (StileIdentity) issuer =
      stile_lab_authority_to_identity (stile_lab_pki_get_authority (pki, STILE_LAB_DOMAIN), error);
  g_autoptr (StileDomainCa) ca =
      issuer != NULL ? stile_domain_ca_new (issuer, &profile, self->ledger, error) : NULL;
  StileEstServer *est;

  g_ptr_array_add (roots, certificate_of (pki, STILE_LAB_DOMAIN));
  est = ca != NULL ? stile_est_server_new (roots, error) : NULL;
  if (est == NULL)
    return NULL;

  stile_est_server_set_authority (est, ca);
  stile_est_server_set_gate (est, stile_registrar_may_enrol, g_object_ref (self->registrar), g_object_unref);
  return est;
}

static StileHandler *
make_observation (StileLabPki *pki)
{
  g_autoptr (GPtrArray) authorities = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (authorities, g_object_ref (certificate_of (pki, STILE_LAB_DOMAIN)));
  g_ptr_array_add (authorities, g_object_ref (certificate_of (pki, STILE_LAB_INSPECTION)));
  return STILE_HANDLER (stile_observation_handler_new (authorities));
}

/* Agents get from the registrar what they need of EST. */
static void
add_agents (StileLabRegistrar *self, StileHandler *est)
{
  g_autoptr (StileHandler) enrolment = stile_registrar_prm_enrolment_new (self->registrar, est);
  g_autoptr (StileHandler) roots = stile_registrar_prm_roots_new (self->registrar, est);

  stile_router_add (self->router, STILE_MASA_ADDRESS_PATH "/requestenroll", enrolment);
  stile_router_add (self->router, STILE_MASA_ADDRESS_PATH "/wrappedcacerts", roots);
}

static gboolean
fill_router (StileLabRegistrar *self, StileLabPki *pki, GError **error)
{
  g_autoptr (StileHandler) status = stile_registrar_status_new (self->registrar);
  g_autoptr (StileHandler) enrolment = stile_registrar_enrolment_new (self->registrar);
  g_autoptr (StileHandler) observation = make_observation (pki);
  g_autoptr (StileEstServer) est = make_est (self, pki, error);

  if (est == NULL)
    return FALSE;

  stile_router_add (self->router, STILE_MASA_ADDRESS_PATH "/requestvoucher",
                    STILE_HANDLER (self->doorkeeper));
  stile_router_add (self->router, STILE_MASA_ADDRESS_PATH "/voucher_status", status);
  stile_router_add (self->router, STILE_MASA_ADDRESS_PATH "/enrollstatus", enrolment);
  stile_router_add (self->router, STILE_EST_SERVER_PREFIX, STILE_HANDLER (est));
  stile_router_add (self->router, STILE_OBSERVATION_PATH, observation);
  add_agents (self, STILE_HANDLER (est));
  return TRUE;
}

/**
 * stile_lab_registrar_new:
 *
 * Writes its policies, and remembers nobody yet.
 */
StileLabRegistrar *
stile_lab_registrar_new (StileLabPki *pki, GError **error)
{
  g_autoptr (StileLabRegistrar) self = g_object_new (STILE_TYPE_LAB_REGISTRAR, NULL);

  self->router = stile_router_new ();
  self->ledger = stile_ledger_database_new (STILE_DATABASE_MEMORY, error);
  if (self->ledger != NULL && open_registrars (self, pki, error) && fill_router (self, pki, error))
    return g_steal_pointer (&self);

  g_prefix_error (error, "%s: ", _ ("Starting the lab’s registrar"));
  return NULL;
}

/**
 * stile_lab_registrar_get_handler:
 *
 * Returns: (transfer none): answers what comes inside ATLS
 */
StileHandler *
stile_lab_registrar_get_handler (StileLabRegistrar *self)
{
  return STILE_HANDLER (self->router);
}

/**
 * stile_lab_registrar_set_scenario:
 *
 * Whether it asks a person from now on.
 */
void
stile_lab_registrar_set_scenario (StileLabRegistrar *self, StileLabScenario scenario)
{
  stile_lab_doorkeeper_set_asking (self->doorkeeper, scenario == STILE_LAB_REGISTRAR_ASKS);
}

/**
 * stile_lab_registrar_approve:
 *
 * Lets in who waits, before it happens by itself.
 */
gboolean
stile_lab_registrar_approve (StileLabRegistrar *self, GError **error)
{
  return stile_lab_doorkeeper_approve (self->doorkeeper, error);
}

/**
 * stile_lab_registrar_stop:
 *
 * Nobody is let in any more; more than once does no harm.
 */
void
stile_lab_registrar_stop (StileLabRegistrar *self)
{
  if (self->doorkeeper != NULL)
    stile_lab_doorkeeper_stop (self->doorkeeper);
}
