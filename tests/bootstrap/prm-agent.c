/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/prm-agent.h"

#include <string.h>

#include "codec/stile-certificate-bundle.h"
#include "support/test-await.h"

const PrmAgentPath prm_agent_paths[] = {
  { "requestvoucher", "POST", STILE_VOUCHER_JWS_MEDIA_TYPE },
  { "requestenroll", "POST", PRM_PLANT_JOSE },
  { "wrappedcacerts", "GET", NULL },
  { "voucher_status", "POST", PRM_PLANT_JOSE },
  { "enrollstatus", "POST", PRM_PLANT_JOSE },
};

StileHttpMessage *
prm_agent_ask_as (PrmPlant *self,
                  const char *method,
                  const char *name,
                  const char *type,
                  const char *accept,
                  GBytes *content,
                  TestPki *peer)
{
  g_autofree char *path = g_strconcat (PLANT_REGISTRAR, name, NULL);
  g_autoptr (StileHttpMessage) request = stile_http_message_new_request (method, "https", "localhost", path);
  g_autoptr (GPtrArray) chain = peer != NULL ? test_pki_get_chain (peer) : NULL;
  g_autoptr (GBytes) ders = chain != NULL ? stile_certificate_bundle_to_der (chain) : NULL;
  g_autoptr (StileExchange) exchange = stile_exchange_new (request, NULL, ders, NULL);
  g_autoptr (GAsyncResult) result = NULL;

  if (accept != NULL)
    stile_http_message_add_field (request, "accept", accept);
  if (type != NULL)
    stile_http_message_set_content (request, type, content);
  stile_handler_handle_async (STILE_HANDLER (self->plant.router), exchange, NULL, test_await_cb, &result);
  return stile_handler_handle_finish (STILE_HANDLER (self->plant.router), test_await_result (&result));
}

void
prm_agent_expect_as (
    PrmPlant *self, const char *name, GBytes *content, TestPki *peer, guint status, const char *begin)
{
  for (gsize i = 0; i < PRM_AGENT_N_PATHS; i++)
    if (strcmp (prm_agent_paths[i].name, name) == 0)
      {
        g_autoptr (StileHttpMessage) response = prm_agent_ask_as (
            self, prm_agent_paths[i].method, name, prm_agent_paths[i].type, NULL, content, peer);

        plant_expect (response, status, begin);
        return;
      }

  g_assert_not_reached ();
}

void
prm_agent_expect (PrmPlant *self, const char *name, GBytes *content, guint status, const char *begin)
{
  prm_agent_expect_as (self, name, content, self->agent, status, begin);
}

GBytes *
prm_agent_make_status (StilePrmStatusKind kind, gboolean good, TestPki *signer)
{
  g_autoptr (StileIdentity) identity = plant_make_identity (signer);
  g_autoptr (GError) error = NULL;
  GBytes *status = stile_prm_status_make (kind, good, good ? NULL : "P0: \x1b[31mno", "x", identity, &error);

  g_assert_no_error (error);
  return status;
}

void
prm_agent_expect_no_status (PrmPlant *self)
{
  g_autoptr (GVariant) voucher = plant_find_event (&self->plant, "voucher-status");
  g_autoptr (GVariant) enrol = plant_find_event (&self->plant, "enrol-status");

  g_assert_null (voucher);
  g_assert_null (enrol);
}
