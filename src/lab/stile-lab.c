/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab/stile-lab.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-endpoint.h"
#include "atls/stile-observation-handler.h"
#include "atls/stile-observation.h"
#include "atls/stile-router.h"
#include "bootstrap/stile-est-client.h"
#include "bootstrap/stile-est-server.h"
#include "codec/stile-binary-http.h"
#include "lab/stile-lab-directory.h"
#include "lab/stile-lab-private.h"
#include "transport/stile-http-carrier.h"
#include "transport/stile-http-service.h"

/* Looking at some sessions costs nothing; a handshake may take 30 seconds (PROTOCOL section 1). */
#define EXPIRE_SECONDS 10

/**
 * StileLab:
 *
 * A whole network in one process: the manufacturer's service, the domain's authorities and the middlebox between them
 * and the client.  All on loopback, over real sockets and with the real protocols; whoever shows or tests Stile holds it.
 */
struct _StileLab
{
  GObject parent_instance;

  StileLabScenario scenario;
  char *service_url; /* NULL while stopped, as all below */
  StileLabDirectory *directory;
  StileLabPki *pki;
  StileEndpoint *endpoint;
  StileHttpService *service;
  StileLabMiddlebox *middlebox;
  GSource *expire;
};

G_DEFINE_FINAL_TYPE (StileLab, stile_lab, G_TYPE_OBJECT)

static void
stile_lab_dispose (GObject *object)
{
  stile_lab_stop (STILE_LAB (object));

  G_OBJECT_CLASS (stile_lab_parent_class)->dispose (object);
}

static void
stile_lab_class_init (StileLabClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stile_lab_dispose;
}

static void
stile_lab_init (StileLab *self)
{
}

/**
 * stile_lab_new:
 *
 * Returns: (transfer full): a lab that is not running yet
 */
StileLab *
stile_lab_new (void)
{
  return g_object_new (STILE_TYPE_LAB, NULL);
}

/* --- the service --- */

static StileCertificate *
certificate_of (StileLab *self, StileLabMember member)
{
  return stile_lab_authority_get_certificate (stile_lab_pki_get_authority (self->pki, member));
}

static GPtrArray *
list_certificates (StileLab *self, const StileLabMember *members, gsize n_members)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_object_unref);

  for (gsize i = 0; i < n_members; i++)
    g_ptr_array_add (list, g_object_ref (certificate_of (self, members[i])));

  return list;
}

static StileCredentials *
make_credentials (StileLab *self, GError **error)
{
  static const char *const protocols[] = { STILE_BINARY_HTTP_ALPN, NULL };
  static const StileLabMember known[] = { STILE_LAB_MANUFACTURER };
  g_autoptr (StileCredentials) credentials = stile_credentials_new (STILE_ROLE_SERVER);
  g_autoptr (GPtrArray) anchors = list_certificates (self, known, G_N_ELEMENTS (known));

  stile_credentials_set_identity (credentials, stile_lab_pki_get_service_identity (self->pki));
  stile_credentials_set_anchors (credentials, anchors);
  stile_credentials_set_application_protocols (credentials, protocols);

  return stile_credentials_prepare (credentials, error) ? g_steal_pointer (&credentials) : NULL;
}

static StileRouter *
make_router (StileLab *self, GError **error)
{
  static const StileLabMember domain[] = { STILE_LAB_DOMAIN, STILE_LAB_INSPECTION };
  g_autoptr (GPtrArray) roots = list_certificates (self, domain, 1);
  g_autoptr (GPtrArray) authorities = list_certificates (self, domain, G_N_ELEMENTS (domain));
  g_autoptr (StileEstServer) est = stile_est_server_new (roots, error);
  g_autoptr (StileObservationHandler) observation = stile_observation_handler_new (authorities);
  StileRouter *router;

  if (est == NULL)
    return NULL;

  router = stile_router_new ();
  stile_router_add (router, STILE_EST_CLIENT_CACERTS_PATH, STILE_HANDLER (est));
  stile_router_add (router, STILE_OBSERVATION_PATH, STILE_HANDLER (observation));
  return router;
}

static gboolean
start_endpoint (StileLab *self, GError **error)
{
  g_autoptr (StileCredentials) credentials = make_credentials (self, error);
  g_autoptr (StileRouter) router = credentials != NULL ? make_router (self, error) : NULL;

  if (router == NULL)
    return FALSE;

  self->endpoint = stile_endpoint_new (credentials, STILE_HANDLER (router));
  return TRUE;
}

static char *
describe_service (GSocket *socket, GError **error)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (socket, error);

  if (address == NULL)
    return NULL;

  return g_strdup_printf ("https://" STILE_LAB_PKI_HOST ":%u",
                          g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)));
}

static gboolean
start_service (StileLab *self, GError **error)
{
  g_autoptr (GSocket) socket = stile_http_service_open_socket ("127.0.0.1:0", error);

  self->service_url = socket != NULL ? describe_service (socket, error) : NULL;
  if (self->service_url == NULL)
    return FALSE;

  self->service = stile_http_service_new (self->endpoint, STILE_HTTP_CARRIER_DEFAULT_PATH);
  stile_http_service_set_certificate (self->service, stile_lab_pki_get_outer_certificate (self->pki));
  return stile_http_service_listen (self->service, socket, error);
}

static gboolean
expire_cb (gpointer user_data)
{
  stile_endpoint_expire (STILE_LAB (user_data)->endpoint);
  return G_SOURCE_CONTINUE;
}

static void
start_expiring (StileLab *self)
{
  self->expire = g_timeout_source_new_seconds (EXPIRE_SECONDS);
  g_source_set_static_name (self->expire, "[stile] lab expires sessions");
  g_source_set_callback (self->expire, expire_cb, self, NULL);
  g_source_attach (self->expire, g_main_context_get_thread_default ());
}

/* --- starting and stopping --- */

static gboolean
start_pki (StileLab *self, GError **error)
{
  stile_lab_directory_remove_stale (g_get_tmp_dir ());
  self->directory = stile_lab_directory_new (g_get_tmp_dir (), error);
  if (self->directory == NULL)
    return FALSE;

  self->pki = stile_lab_pki_new (stile_lab_directory_get_path (self->directory), error);
  return self->pki != NULL;
}

static gboolean
start_middlebox (StileLab *self, GError **error)
{
  self->middlebox = stile_lab_middlebox_new (self->pki);
  stile_lab_middlebox_set_scenario (self->middlebox, self->scenario);

  return stile_lab_middlebox_start (self->middlebox, error);
}

/**
 * stile_lab_start:
 *
 * Removes what crashed labs have left, and brings all up on the main context of this thread.
 */
gboolean
stile_lab_start (StileLab *self, GError **error)
{
  g_return_val_if_fail (self->directory == NULL, FALSE);

  if (!start_pki (self, error) || !start_endpoint (self, error) || !start_service (self, error) ||
      !start_middlebox (self, error))
    {
      g_prefix_error (error, "%s: ", _ ("Starting the lab"));
      stile_lab_stop (self);
      return FALSE;
    }

  start_expiring (self);
  return TRUE;
}

/**
 * stile_lab_stop:
 *
 * Ends all of it and removes the directory; more than once does no harm.
 */
void
stile_lab_stop (StileLab *self)
{
  if (self->expire != NULL)
    g_source_destroy (self->expire);
  g_clear_pointer (&self->expire, g_source_unref);
  if (self->middlebox != NULL)
    stile_lab_middlebox_stop (self->middlebox);
  g_clear_object (&self->middlebox);
  if (self->service != NULL)
    stile_http_service_stop (self->service);
  g_clear_object (&self->service);
  if (self->endpoint != NULL)
    stile_endpoint_close_all (self->endpoint);
  g_clear_object (&self->endpoint);
  g_clear_object (&self->pki);
  if (self->directory != NULL)
    stile_lab_directory_remove (self->directory);
  g_clear_object (&self->directory);
  g_clear_pointer (&self->service_url, g_free);
}

/**
 * stile_lab_set_scenario:
 *
 * What lies between, from the next connection on.
 */
void
stile_lab_set_scenario (StileLab *self, StileLabScenario scenario)
{
  g_return_if_fail (scenario < STILE_LAB_N_SCENARIOS);

  self->scenario = scenario;
  if (self->middlebox != NULL)
    stile_lab_middlebox_set_scenario (self->middlebox, scenario);
}

StileLabScenario
stile_lab_get_scenario (StileLab *self)
{
  return self->scenario;
}

/* --- what a client needs --- */

/**
 * stile_lab_get_directory:
 *
 * Returns: (transfer none) (nullable): where the files are; all of these are %NULL while the lab is not running
 */
const char *
stile_lab_get_directory (StileLab *self)
{
  return self->directory != NULL ? stile_lab_directory_get_path (self->directory) : NULL;
}

const char *
stile_lab_get_service_url (StileLab *self)
{
  return self->service_url;
}

const char *
stile_lab_get_proxy_url (StileLab *self)
{
  return self->middlebox != NULL ? stile_lab_middlebox_get_url (self->middlebox) : NULL;
}

/**
 * stile_lab_get_anchors_file:
 *
 * Returns: (transfer none) (nullable): the manufacturer's CA
 */
const char *
stile_lab_get_anchors_file (StileLab *self)
{
  return self->pki != NULL ? stile_lab_pki_get_anchors_file (self->pki) : NULL;
}

/**
 * stile_lab_get_domain_file:
 *
 * Returns: (transfer none) (nullable): the roots that the service hands out
 */
const char *
stile_lab_get_domain_file (StileLab *self)
{
  return self->pki != NULL ? stile_lab_pki_get_domain_file (self->pki) : NULL;
}

/**
 * stile_lab_get_inspection_file:
 *
 * Returns: (transfer none) (nullable): the CA that the domain's middlebox signs with
 */
const char *
stile_lab_get_inspection_file (StileLab *self)
{
  return self->pki != NULL ? stile_lab_pki_get_inspection_file (self->pki) : NULL;
}

/**
 * stile_lab_get_certificate_file:
 *
 * Returns: (transfer none) (nullable): the device's certificate
 */
const char *
stile_lab_get_certificate_file (StileLab *self)
{
  return self->pki != NULL ? stile_lab_pki_get_certificate_file (self->pki) : NULL;
}

/**
 * stile_lab_get_key_file:
 *
 * Returns: (transfer none) (nullable): the device's key
 */
const char *
stile_lab_get_key_file (StileLab *self)
{
  return self->pki != NULL ? stile_lab_pki_get_key_file (self->pki) : NULL;
}

/* Not public: what a test looks into. */
StileLabMiddlebox *
stile_lab_get_middlebox (StileLab *self)
{
  return self->middlebox;
}

/**
 * stile_lab_to_variant:
 *
 * Returns: (transfer floating): a{sv} with service, proxy, anchors, domain, inspection, certificate, key, directory and
 *   scenario, of a lab that is running
 */
GVariant *
stile_lab_to_variant (StileLab *self)
{
  const struct
  {
    const char *key;
    const char *value;
  } entries[] = {
    { "service", stile_lab_get_service_url (self) },
    { "proxy", stile_lab_get_proxy_url (self) },
    { "anchors", stile_lab_get_anchors_file (self) },
    { "domain", stile_lab_get_domain_file (self) },
    { "inspection", stile_lab_get_inspection_file (self) },
    { "certificate", stile_lab_get_certificate_file (self) },
    { "key", stile_lab_get_key_file (self) },
    { "directory", stile_lab_get_directory (self) },
    { "scenario", stile_lab_get_scenario_name (self->scenario) },
  };
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (entries); i++)
    if (entries[i].value != NULL)
      g_variant_dict_insert (&dict, entries[i].key, "s", entries[i].value);

  return g_variant_dict_end (&dict);
}
