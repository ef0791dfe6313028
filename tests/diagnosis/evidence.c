/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/evidence.h"

#include <string.h>

#define HOST "service.example"
#define URL "https://service.example/.well-known/atls"

static TestPki *
issue (TestPki *issuer, const char *name)
{
  return test_pki_issue (issuer, &(TestPkiOptions){ .name = name, .hosts = HOST });
}

Evidence *
evidence_new (void)
{
  Evidence *self = g_new0 (Evidence, 1);

  self->signals = stile_signals_new (URL, HOST, 443);
  self->signals->reach = STILE_REACH_GOOD;
  self->root = test_pki_authority_new ("Root", TEST_PKI_P256);
  self->service = issue (self->root, "Service");
  self->front = issue (self->root, "Front");
  self->box = test_pki_authority_new ("Inspection CA", TEST_PKI_P256);
  self->minted = issue (self->box, "Service");

  return self;
}

void
evidence_free (Evidence *self)
{
  stile_signals_unref (self->signals);
  test_pki_unref (self->root);
  test_pki_unref (self->service);
  test_pki_unref (self->front);
  test_pki_unref (self->box);
  test_pki_unref (self->minted);
  g_free (self);
}

static void
set_trust (StileSighting *sighting, TestPki *shown, const char *trust)
{
  static const struct
  {
    const char *word;
    StileYesNo system;
    StileYesNo open;
  } words[] = {
    { "public", STILE_YES, STILE_YES },
    { "local", STILE_YES, STILE_NO },
    { "uncompared", STILE_YES, STILE_NOT_KNOWN },
    { "none", STILE_NO, STILE_NO },
    { "unknown", STILE_NOT_KNOWN, STILE_NOT_KNOWN },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (strcmp (words[i].word, trust) == 0)
      {
        stile_sighting_set_trust (sighting, words[i].system, words[i].open, NULL);
        return;
      }
  g_assert_not_reached ();
}

StileSighting *
evidence_see (Evidence *self, TestPki *shown, const char *trust)
{
  g_autoptr (StileObservation) client = stile_observation_new ();
  g_autoptr (GPtrArray) chain = shown != NULL ? test_pki_get_chain (shown) : NULL;
  StileSighting *sighting;

  stile_observation_set_tls (client, "TLS 1.3", "TLS_AES_256_GCM_SHA384", NULL);
  stile_observation_set_http_version (client, "1.1");
  stile_observation_set_chain (client, chain);
  stile_observation_set_proxy (client, self->signals->proxy);
  sighting = stile_sighting_new (client);
  set_trust (sighting, shown, trust);
  stile_sighting_set_connection (sighting, "receipt", self->signals->sightings->len + 1);
  g_ptr_array_add (self->signals->sightings, sighting);

  return sighting;
}

StileObservation *
evidence_tell (Evidence *self, StileSighting *sighting, TestPki *own, EvidenceBinding binding)
{
  g_autoptr (StileObservation) service = stile_observation_new ();
  g_autoptr (GPtrArray) chain = own != NULL ? test_pki_get_chain (own) : NULL;

  stile_observation_set_chain (service, chain);
  stile_observation_set_http_version (service, "1.1");
  if (binding != EVIDENCE_NO_TLS)
    stile_observation_set_tls (service, "TLS 1.3", "TLS_AES_256_GCM_SHA384", NULL);
  if (binding == EVIDENCE_EQUAL || binding == EVIDENCE_DIFFERENT)
    {
      stile_observation_set_binding (stile_sighting_get_client (sighting), "tls-exporter", "aa");
      stile_observation_set_binding (service, "tls-exporter", binding == EVIDENCE_EQUAL ? "aa" : "bb");
    }
  stile_sighting_set_service (sighting, service, STILE_AUTHENTICATED_BY_RECEIPT);

  return service;
}

/* --- trials --- */

static void
add_fields (StileHttpMessage *message, const char *const *fields)
{
  for (gsize i = 0; fields != NULL && fields[i] != NULL; i += 2)
    g_assert_true (stile_http_message_add_field (message, fields[i], fields[i + 1]));
}

static GBytes *
make_body (gsize size, char filling)
{
  char *bytes = g_malloc (MAX (size, 1));

  memset (bytes, filling, size);
  return g_bytes_new_take (bytes, size);
}

static char *
digest (gsize size, char filling)
{
  g_autoptr (GBytes) body = make_body (size, filling);

  return g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, body);
}

static gboolean
is_get (const EvidenceTrial *trial)
{
  return g_strcmp0 (trial->method, "GET") == 0;
}

static gsize
get_size (const EvidenceTrial *trial)
{
  return is_get (trial) ? 0 : trial->size > 0 ? trial->size : 64;
}

static StileHttpMessage *
make_request (const EvidenceTrial *trial, const char *nonce)
{
  g_autofree char *path =
      g_strdup_printf ("/.well-known/atls/receipt?nonce=%s%s%s", nonce, trial->query != NULL ? "&" : "",
                       trial->query != NULL ? trial->query : "");
  StileHttpMessage *request =
      stile_http_message_new_request (trial->method != NULL ? trial->method : "POST", "https", HOST, path);
  g_autoptr (GBytes) body = make_body (get_size (trial), 'q');

  if (!is_get (trial))
    stile_http_message_set_content (request, trial->type != NULL ? trial->type : "application/octet-stream",
                                    body);
  add_fields (request, trial->sent);
  return request;
}

static StileHttpReply *
make_reply (Evidence *self, const EvidenceTrial *trial)
{
  g_autoptr (StileHttpMessage) answer =
      stile_http_message_new_response (trial->status > 0 ? trial->status : 200);
  g_autoptr (StileObservation) seen = stile_observation_new ();
  gsize came = trial->body_came > 0 ? trial->body_came : trial->body;
  g_autoptr (GBytes) body = make_body (came, trial->body_changed ? 'x' : 'a');
  StileHttpTiming timing = { .connect = trial->connect_ms * 1000, .first_byte = trial->first_byte_ms * 1000 };
  StileHttpReply *reply;

  add_fields (answer, trial->came != NULL ? trial->came : trial->adds);
  stile_http_message_set_content (answer, NULL, body);
  stile_observation_set_tls (seen, "TLS 1.3", NULL, NULL);
  reply = stile_http_reply_new (answer, seen);
  stile_http_reply_set_connection (reply, trial->reused ? 1 : self->signals->trials->len + 2, trial->reused);
  stile_http_reply_set_length (reply, (gint64)came, FALSE);
  stile_http_reply_set_timing (reply, &timing);
  return reply;
}

static void
list_arrived (StileObservation *observation, const EvidenceTrial *trial, StileHttpMessage *request)
{
  stile_observation_add_header (observation, "host", HOST);
  for (gsize i = 0; trial->arrived != NULL && trial->arrived[i] != NULL; i += 2)
    stile_observation_add_header (observation, trial->arrived[i], trial->arrived[i + 1]);
  for (guint i = 0; trial->arrived == NULL && i < stile_http_message_get_n_fields (request); i++)
    {
      const char *value;
      const char *name = stile_http_message_get_nth_field (request, i, &value);

      stile_observation_add_header (observation, name, value);
    }
  for (gsize i = 0; trial->adds != NULL && trial->adds[i] != NULL; i += 2)
    stile_observation_add_sent_header (observation, trial->adds[i]);
}

static StileReceipt *
make_receipt (const EvidenceTrial *trial, StileHttpMessage *request, const char *nonce)
{
  g_autoptr (StileObservation) observation = stile_observation_new ();
  StileReceipt *receipt;
  gsize came = trial->request_came > 0 ? trial->request_came : get_size (trial);
  g_autofree char *request_digest = digest (came, trial->request_changed ? 'x' : 'q');
  g_autofree char *response_digest = digest (trial->body, 'a');

  list_arrived (observation, trial, request);
  receipt = stile_receipt_new (nonce, observation);
  stile_receipt_set_request (receipt, stile_http_message_get_method (request), came, request_digest);
  if (trial->query != NULL && strstr (trial->query, "size=") != NULL)
    stile_receipt_set_response (receipt, trial->body, response_digest);
  stile_receipt_set_count (receipt, trial->about, trial->count > 0 ? trial->count : 1);
  stile_receipt_set_handling (receipt, trial->handling_ms * 1000);
  return receipt;
}

StileTrial *
evidence_try (Evidence *self, const EvidenceTrial *given)
{
  g_autofree char *nonce = g_strdup_printf ("n%u", self->signals->trials->len);
  g_autoptr (StileHttpMessage) request = make_request (given, nonce);
  g_autoptr (StileHttpReply) reply = given->silent ? NULL : make_reply (self, given);
  g_autoptr (StileReceipt) receipt = given->signed_word ? make_receipt (given, request, nonce) : NULL;
  StileTrial *trial = stile_trial_new (given->probe != NULL ? given->probe : "headers", request);
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "Hung up");

  stile_trial_set_reply (trial, reply);
  stile_trial_set_receipt (trial, receipt);
  if (given->silent)
    stile_trial_set_error (trial, error);
  g_ptr_array_add (self->signals->trials, trial);
  return trial;
}

void
evidence_repeat (Evidence *self, const EvidenceTrial *trial, guint count)
{
  for (guint i = 0; i < count; i++)
    evidence_try (self, trial);
}

/* --- asserting --- */

StileFinding *
evidence_find (StileVerdict *verdict, const char *id)
{
  GPtrArray *findings = stile_verdict_get_findings (verdict);

  for (guint i = 0; i < findings->len; i++)
    if (strcmp (stile_finding_get_id (g_ptr_array_index (findings, i)), id) == 0)
      return g_ptr_array_index (findings, i);

  return NULL;
}

void
evidence_assert_path (StileVerdict *verdict, const char *path, const char *confidence)
{
  g_assert_cmpstr (stile_verdict_name_path (stile_verdict_get_path_class (verdict)), ==, path);
  g_assert_cmpstr (stile_finding_name_confidence (stile_verdict_get_confidence (verdict)), ==, confidence);
  g_assert_cmpstr (stile_verdict_get_sentence (verdict), !=, "");
  g_assert_cmpstr (stile_verdict_get_confidence_sentence (verdict), !=, "");
}

void
evidence_assert_reason (StileVerdict *verdict, const char *code)
{
  g_autofree char *all = g_strjoinv (" ", (char **)stile_verdict_get_reasons (verdict));

  if (!g_strv_contains (stile_verdict_get_reasons (verdict), code))
    g_error ("“%s” is not among %s", code, all);
}

void
evidence_assert_findings (StileVerdict *verdict, const char *ids)
{
  GPtrArray *findings = stile_verdict_get_findings (verdict);
  g_autofree char *wanted = g_strdup_printf (" %s ", ids);
  g_auto (GStrv) all = g_strsplit (ids, " ", -1);

  for (guint i = 0; i < findings->len; i++)
    {
      g_autofree char *found =
          g_strdup_printf (" %s ", stile_finding_get_id (g_ptr_array_index (findings, i)));

      if (strstr (wanted, found) == NULL)
        g_error ("invented:%s(%s)", found, stile_finding_get_sentence (g_ptr_array_index (findings, i)));
    }
  for (gsize i = 0; all[i] != NULL; i++)
    if (*all[i] != '\0' && evidence_find (verdict, all[i]) == NULL)
      g_error ("missing: %s", all[i]);
}
