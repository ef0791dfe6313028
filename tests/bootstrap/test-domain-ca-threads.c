/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/est-parties.h"
#include "support/test-tokens.h"

static const StileDomainCaProfile plain = { 0 };
static const StileCertificateRequestTemplate client = { .common_name = "client" };

/* A ledger in which two look for the same certificate before either has entered one. */
#define TEST_TYPE_DOMAIN_CA_THREADS (test_domain_ca_threads_get_type ())
G_DECLARE_FINAL_TYPE (TestDomainCaThreads, test_domain_ca_threads, TEST, DOMAIN_CA_THREADS, GObject)

struct _TestDomainCaThreads
{
  GObject parent_instance;

  StileLedger *ledger;
  GMutex mutex;
  GCond both;
  guint looks;
};

static void ledger_init (StileLedgerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TestDomainCaThreads,
                               test_domain_ca_threads,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STILE_TYPE_LEDGER, ledger_init))

static void
test_domain_ca_threads_class_init (TestDomainCaThreadsClass *klass)
{
}

static void
test_domain_ca_threads_init (TestDomainCaThreads *self)
{
}

static StileLedgerCertificate *
find_together (StileLedger *ledger, const char *request, GError **error)
{
  TestDomainCaThreads *self = TEST_DOMAIN_CA_THREADS (ledger);
  StileLedgerCertificate *found = stile_ledger_find_certificate (self->ledger, request, error);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  self->looks++;
  g_cond_broadcast (&self->both);
  while (self->looks < 2)
    g_cond_wait (&self->both, &self->mutex);

  return found;
}

static gboolean
add_to_both (StileLedger *ledger, const StileLedgerCertificate *certificate, GError **error)
{
  return stile_ledger_add_certificate (TEST_DOMAIN_CA_THREADS (ledger)->ledger, certificate, error);
}

static void
ledger_init (StileLedgerInterface *iface)
{
  iface->find_certificate = find_together;
  iface->add_certificate = add_to_both;
}

typedef struct
{
  StileDomainCa *ca;
  StileCertificateRequest *request;
} Thread;

static gpointer
issue_in_thread (gpointer data)
{
  Thread *thread = data;

  return stile_domain_ca_issue (thread->ca, thread->request, &(StileDomainCaApplicant){ .owner = "00" },
                                NULL);
}

static void
test_same_request (void)
{
  g_auto (EstParties) parties = { 0 };
  g_autoptr (StileIdentity) identity = NULL;
  g_autoptr (TestDomainCaThreads) ledger = g_object_new (TEST_TYPE_DOMAIN_CA_THREADS, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileDomainCa) ca = NULL;
  g_autoptr (StileCertificateRequest) request = est_parties_request_new (&client, TEST_PKI_P256);
  g_autoptr (StileCertificate) one = NULL;
  g_autoptr (StileCertificate) other = NULL;
  GThread *threads[2];
  Thread thread = { NULL, request };

  est_parties_init (&parties);
  identity = test_tls_identity_new (parties.root);
  ledger->ledger = parties.ledger;
  ca = stile_domain_ca_new (identity, &plain, STILE_LEDGER (ledger), &error);
  g_assert_no_error (error);
  thread.ca = ca;
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("issuer", issue_in_thread, &thread);
  one = g_thread_join (threads[0]);
  other = g_thread_join (threads[1]);

  g_assert_true (stile_certificate_equal (one, other));
}

/* --- a key on a token --- */

static void
run_tool (const char *const *arguments)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;
  g_autofree char *trouble = NULL;
  int status;

  g_spawn_sync (NULL, (char **)arguments, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, &trouble, &status,
                &error);
  g_assert_no_error (error);
  if (!g_spawn_check_wait_status (status, &error))
    g_error ("%s: %s%s", arguments[0], output, trouble);
}

static StileIdentity *
put_on_token (TestPki *root, const char *directory)
{
  g_autofree char *key = test_pki_save_key (root, directory, "ca");
  g_autofree char *chain = test_pki_save_chain (root, directory, "ca");
  const char *const init[] = { "softhsm2-util", "--init-token", "--free",   "--label", "stile-ca",
                               "--pin",         "1234",         "--so-pin", "1234",    NULL };
  const char *const import[] = { "softhsm2-util", "--import", key,     "--token", "stile-ca", "--label", "ca",
                                 "--id",          "01",       "--pin", "1234",    NULL };
  g_autoptr (GError) error = NULL;
  StileIdentity *identity;

  run_tool (init);
  run_tool (import);
  identity =
      stile_identity_load (chain, "pkcs11:token=stile-ca;object=ca;type=private?pin-value=1234", &error);
  g_assert_no_error (error);
  return identity;
}

static void
test_token (gconstpointer directory)
{
  g_auto (EstParties) parties = { 0 };
  g_autoptr (StileIdentity) identity = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (StileDomainCa) ca = NULL;
  Thread threads[4];
  GThread *running[G_N_ELEMENTS (threads)];

  est_parties_init (&parties);
  identity = put_on_token (parties.root, directory);
  ca = stile_domain_ca_new (identity, &plain, parties.ledger, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = (Thread){ ca, est_parties_request_new (&client, TEST_PKI_P256) };
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    running[i] = g_thread_new ("issuer", issue_in_thread, &threads[i]);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      g_autoptr (StileCertificate) certificate = g_thread_join (running[i]);

      g_assert_true (stile_certificate_is_issued_by (certificate, test_pki_get_certificate (parties.root)));
      g_object_unref (threads[i].request);
    }
}

int
main (int argc, char *argv[])
{
  g_autofree char *tokens = test_tokens_new ();
  int status;

  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/domain-ca/same-request-in-two-threads", test_same_request);
  g_test_add_data_func ("/domain-ca/key-on-a-token", tokens, test_token);

  status = g_test_run ();
  test_tokens_remove (tokens);
  return status;
}
