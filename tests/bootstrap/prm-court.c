/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/prm-court.h"

#include <string.h>

#include "bootstrap/stile-voucher-json.h"
#include "codec/stile-certificate-path.h"
#include "codec/stile-date.h"

static TestPki *
issue_agent (TestPki *issuer, const char *name)
{
  return test_pki_issue (issuer, &(TestPkiOptions){ .name = name, .purpose = GNUTLS_KP_TLS_WWW_CLIENT });
}

static void
make_everybody (PrmCourt *self)
{
  self->agent = issue_agent (self->court.domain, "Laptop");
  self->other_agent = issue_agent (self->court.domain, "Other laptop");
  self->strange_agent = issue_agent (self->court.stranger, "Laptop");
  self->other_registrar = test_pki_issue (
      self->court.domain, &(TestPkiOptions){ .name = "Registrar 2", .purpose = STILE_PURPOSE_CMC_RA });
  self->camera = test_pki_issue (self->court.domain, &(TestPkiOptions){ .name = "Camera" });
  self->domain = test_pki_list (self->court.domain, NULL);
  self->agent_chain = test_pki_get_chain (self->agent);
  self->full_chain = test_pki_list (self->court.registrar, self->court.domain, NULL);
  prm_court_tell (self, self->court.registrar, COURT_SERIAL, self->agent);
}

void
prm_court_set_up_pledge (PrmCourt *self, gconstpointer data)
{
  court_set_up_pledge (&self->court, data);
  make_everybody (self);
  self->court.fields.assertion = STILE_ASSERTION_AGENT_PROXIMITY;
}

static void
fill_request (PrmCourt *self)
{
  g_clear_pointer (&self->court.fields.prior_signed_voucher_request, g_bytes_unref);
  self->court.fields.assertion = STILE_ASSERTION_AGENT_PROXIMITY;
  self->court.fields.proximity_registrar_cert = NULL;
}

void
prm_court_set_up_registrar (PrmCourt *self, gconstpointer data)
{
  court_set_up_registrar (&self->court, data);
  make_everybody (self);
  fill_request (self);
  self->court.judge.peer_chain = NULL;
  self->court.judge.agent_chain = self->agent_chain;
  self->court.judge.agent_anchors = self->domain;
  self->court.judge.domain = self->domain;
}

void
prm_court_set_up_masa (PrmCourt *self, gconstpointer data)
{
  court_set_up_masa (&self->court, data);
  make_everybody (self);
  fill_request (self);
}

void
prm_court_tear_down (PrmCourt *self, gconstpointer data)
{
  TestPki *people[] = { self->agent, self->other_agent, self->strange_agent, self->other_registrar,
                        self->camera };

  for (gsize i = 0; i < G_N_ELEMENTS (people); i++)
    test_pki_unref (people[i]);
  g_ptr_array_unref (self->domain);
  g_ptr_array_unref (self->agent_chain);
  g_ptr_array_unref (self->full_chain);
  g_clear_pointer (&self->signed_data, g_bytes_unref);
  g_clear_pointer (&self->kept, g_variant_unref);
  court_tear_down (&self->court, data);
}

static gnutls_privkey_t
open_key (TestPki *signer)
{
  gnutls_privkey_t key;

  g_assert_cmpint (gnutls_privkey_init (&key), ==, 0);
  g_assert_cmpint (gnutls_privkey_import_x509 (key, test_pki_get_key (signer), 0), ==, 0);
  return key;
}

static GBytes *
sign (GBytes *content, const char *members, GPtrArray *chain, TestPki *signer)
{
  g_autoptr (GVariant) header =
      g_variant_parse (G_VARIANT_TYPE_VARDICT, members != NULL ? members : "@a{sv} {}", NULL, NULL, NULL);
  g_autoptr (GError) error = NULL;
  gnutls_privkey_t key = open_key (signer);
  GBytes *bytes = stile_signed_message_sign_jws_with (content, header, key, chain, &error);

  g_assert_no_error (error);
  gnutls_privkey_deinit (key);
  return bytes;
}

GBytes *
prm_court_sign (const char *json, const char *members, TestPki *signer)
{
  g_autoptr (GBytes) content = g_bytes_new (json, strlen (json));
  g_autoptr (GPtrArray) chain = test_pki_get_chain (signer);

  return sign (content, members, chain, signer);
}

GBytes *
prm_court_sign_again (GBytes *bytes, TestPki *signer)
{
  g_autoptr (StileSignedMessage) message = stile_signed_message_parse (bytes, NULL);
  g_autoptr (GPtrArray) chain = test_pki_get_chain (signer);
  g_autoptr (GError) error = NULL;
  gnutls_privkey_t key = open_key (signer);
  GBytes *again = stile_signed_message_sign_jws_again (message, NULL, key, chain, &error);

  g_assert_no_error (error);
  gnutls_privkey_deinit (key);
  return again;
}

char *
prm_court_encode (GBytes *bytes)
{
  return g_base64_encode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

GBytes *
prm_court_sign_data (PrmCourt *self, const char *serial, gint64 from_now, TestPki *agent)
{
  g_autoptr (GBytes) key_id = stile_certificate_path_get_subject_key_id (test_pki_get_certificate (agent));
  g_autofree char *kid = prm_court_encode (key_id);
  g_autofree char *members = g_strdup_printf ("{'kid': <'%s'>}", kid);
  g_autofree char *date = stile_date_format (self->court.now + from_now);
  g_autofree char *json = g_strdup_printf ("{\"created-on\":\"%s\",\"serial-number\":\"%s\"}", date, serial);

  return prm_court_sign (json, members, agent);
}

void
prm_court_tell (PrmCourt *self, TestPki *registrar, const char *serial, TestPki *agent)
{
  g_clear_pointer (&self->signed_data, g_bytes_unref);
  self->told = registrar;
  self->signed_data = prm_court_sign_data (self, serial, -60, agent);
}

static void
set_more (PrmCourt *self, GVariant *more)
{
  g_clear_pointer (&self->kept, g_variant_unref);
  self->kept = more != NULL ? g_variant_ref_sink (more) : NULL;
  self->court.fields.more = self->kept;
}

GBytes *
prm_court_make_voucher (PrmCourt *self, TestPki *first, TestPki *second)
{
  g_autoptr (GBytes) content = court_print (&self->court, STILE_VOUCHER_ARTIFACT);
  g_autoptr (GPtrArray) chain = test_pki_get_chain (first);
  g_autoptr (GBytes) once = sign (content, "{'typ': <'voucher-jws+json'>}", chain, first);

  return second != NULL ? prm_court_sign_again (once, second) : g_bytes_ref (once);
}

static GVariant *
make_proximity (PrmCourt *self)
{
  g_autofree char *told = self->told != NULL ? prm_court_encode (test_pki_get_der (self->told)) : NULL;
  g_autofree char *data = self->signed_data != NULL ? prm_court_encode (self->signed_data) : NULL;
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  if (told != NULL)
    g_variant_dict_insert (&dict, "agent-provided-proximity-registrar-cert", "s", told);
  if (data != NULL)
    g_variant_dict_insert (&dict, "agent-signed-data", "s", data);
  return g_variant_dict_end (&dict);
}

GBytes *
prm_court_make_request (PrmCourt *self, TestPki *device)
{
  g_autoptr (GBytes) content = NULL;
  g_autoptr (GPtrArray) chain = test_pki_get_chain (device);

  set_more (self, make_proximity (self));
  content = court_print (&self->court, STILE_VOUCHER_REQUEST);
  return sign (content, NULL, chain, device);
}

static GVariant *
make_agent_chain (TestPki *agent)
{
  g_autofree char *text = agent != NULL ? prm_court_encode (test_pki_get_der (agent)) : NULL;
  const char *list[] = { text, NULL };
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  if (text != NULL)
    g_variant_dict_insert_value (&dict, "agent-sign-cert", g_variant_new_strv (list, 1));
  return g_variant_dict_end (&dict);
}

GBytes *
prm_court_make_registrar_request (PrmCourt *self, TestPki *device, TestPki *agent)
{
  g_autoptr (GBytes) prior = device != NULL ? prm_court_make_request (self, device) : NULL;
  g_autoptr (GBytes) content = NULL;

  set_more (self, make_agent_chain (agent));
  self->court.fields.prior_signed_voucher_request = prior;
  content = court_print (&self->court, STILE_VOUCHER_REQUEST);
  self->court.fields.prior_signed_voucher_request = NULL;
  return sign (content, NULL, self->full_chain, self->court.registrar);
}
