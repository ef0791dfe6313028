/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-observation-handler.h"

#include <string.h>

#include "codec/stile-certificate-chain.h"
#include "codec/stile-json.h"

/**
 * StileObservationHandler:
 *
 * Takes what the client saw of the transport and answers with what the service saw (PROTOCOL section 4), and with
 * whether the CA that the client met is one of the domain's.
 */
struct _StileObservationHandler
{
  GObject parent_instance;

  GPtrArray *authorities; /* of StileCertificate: the domain's CAs */
};

static void handler_init (StileHandlerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StileObservationHandler,
                               stile_observation_handler,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STILE_TYPE_HANDLER, handler_init))

static void
stile_observation_handler_finalize (GObject *object)
{
  g_ptr_array_unref (STILE_OBSERVATION_HANDLER (object)->authorities);

  G_OBJECT_CLASS (stile_observation_handler_parent_class)->finalize (object);
}

static void
stile_observation_handler_class_init (StileObservationHandlerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_observation_handler_finalize;
}

static void
stile_observation_handler_init (StileObservationHandler *self)
{
}

/**
 * stile_observation_handler_new:
 * @authorities: (element-type StileCertificate): the CAs that speak for the domain
 */
StileObservationHandler *
stile_observation_handler_new (GPtrArray *authorities)
{
  StileObservationHandler *self = g_object_new (STILE_TYPE_OBSERVATION_HANDLER, NULL);

  self->authorities = g_ptr_array_ref (authorities);

  return self;
}

/* By signature, not by name: a chain that merely carries a copy of the domain's CA proves nothing. */
static void
recognise_authority (StileObservationHandler *self, StileObservation *theirs, StileObservation *ours)
{
  GPtrArray *chain = stile_observation_get_chain (theirs);
  g_autoptr (StileCertificate) anchor =
      chain != NULL ? stile_certificate_chain_find_anchor (chain, self->authorities) : NULL;

  stile_observation_set_known_authority (ours, anchor != NULL,
                                         anchor != NULL ? stile_certificate_get_name (anchor) : NULL);
}

static StileHttpMessage *
answer (StileObservationHandler *self, StileExchange *exchange)
{
  StileHttpMessage *request = stile_exchange_get_request (exchange);
  StileObservation *ours = stile_exchange_get_observation (exchange);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) document = NULL;
  g_autoptr (StileObservation) theirs = NULL;
  g_autoptr (GVariant) variant = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GBytes) content = NULL;
  StileHttpMessage *response;

  if (g_strcmp0 (stile_http_message_get_method (request), "POST") != 0)
    return stile_http_message_new_problem (405, "Method not allowed", "An observation is sent with POST");
  document = stile_json_parse (stile_http_message_get_content (request), STILE_JSON_MAX_SIZE, &error);
  theirs = document != NULL ? stile_observation_new_from_variant (document, &error) : NULL;
  if (theirs == NULL)
    return stile_http_message_new_problem (400, "Not an observation", error->message);
  if (ours == NULL)
    return stile_http_message_new_problem (501, "Not observed", "This transport does not say what it saw");

  recognise_authority (self, theirs, ours);
  variant = g_variant_ref_sink (stile_observation_to_variant (ours));
  text = stile_json_print (variant, FALSE);
  content = g_bytes_new (text, strlen (text));
  response = stile_http_message_new_response (200);
  stile_http_message_set_content (response, "application/json", content);
  return response;
}

static void
handle_async (StileHandler *handler,
              StileExchange *exchange,
              GCancellable *cancellable,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  stile_handler_return (handler, cancellable, callback, user_data,
                        answer (STILE_OBSERVATION_HANDLER (handler), exchange));
}

static StileHttpMessage *
handle_finish (StileHandler *handler, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
handler_init (StileHandlerInterface *iface)
{
  iface->handle_async = handle_async;
  iface->handle_finish = handle_finish;
}
