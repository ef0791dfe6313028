/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench/bench-plant.h"

#include "bench/bench-figure.h"

/* id-kp-serverAuth, id-kp-clientAuth, id-kp-cmcRA */
#define REGISTRAR_PURPOSES "1.3.6.1.5.5.7.3.1,1.3.6.1.5.5.7.3.2,1.3.6.1.5.5.7.3.28"

/* The policy names the MASA's address before the service can say where it listens. */
static guint16
find_free_port (void)
{
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
  g_autoptr (GSocketAddress) found = NULL;

  if (socket == NULL || !g_socket_bind (socket, wanted, TRUE, &error) ||
      (found = g_socket_get_local_address (socket, &error)) == NULL)
    bench_figure_fail ("%s", error->message);
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (found));
}

static void
save (BenchPlant *self, TestPki *who, const char *name)
{
  g_autofree char *chain = test_pki_save_chain (who, self->service->directory, name);
  g_autofree char *key = test_pki_save_key (who, self->service->directory, name);
}

static void
write_certificates (BenchPlant *self)
{
  g_autoptr (TestPki) masa =
      test_pki_issue (self->maker, &(TestPkiOptions){ .name = "Bench MASA", .purpose = "" });
  g_autoptr (TestPki) registrar = test_pki_issue (
      self->domain,
      &(TestPkiOptions){ .name = "Bench registrar", .hosts = "localhost", .purpose = REGISTRAR_PURPOSES });
  g_autofree char *first = test_pki_get_chain_pem (registrar);
  g_autofree char *last = test_pki_get_chain_pem (self->domain);
  g_autofree char *both = g_strconcat (first, last, NULL);

  save (self, self->maker, "maker");
  save (self, self->domain, "domain");
  save (self, masa, "masa");
  save (self, registrar, "registrar");
  bench_stiled_write (self->service, "chain.pem", both);
}

static void
write_settings (BenchPlant *self, guint16 port, gboolean agents)
{
  g_autofree char *policy =
      g_strdup_printf ("[manufacturer Bench]\nanchors=maker.pem\nmasa-anchors=domain.pem\n"
                       "masa-url=https://localhost:%u/masa\n",
                       port);
  g_autofree char *config = g_strdup_printf (
      "[stiled]\nlisten=127.0.0.1:%2$u\ntls-version=1.3\ntickets=false\nidle-seconds=60\n"
      "atls-cert=%1$s/registrar.pem\natls-key=%1$s/registrar.key\n"
      "tls-cert=%1$s/registrar.pem\ntls-key=%1$s/registrar.key\ndatabase=%1$s/stile.db\n"
      "registrar=true\nregistrar-chain=%1$s/chain.pem\nregistrar-policy=%1$s/policy.conf\n"
      "masa=true\nmasa-path=/masa\nmasa-cert=%1$s/masa.pem\nmasa-key=%1$s/masa.key\n"
      "masa-devices=%1$s/devices.conf\nest=ca\nest-ca-cert=%1$s/domain.pem\nest-ca-key=%1$s/domain.key\n",
      self->service->directory, port);
  g_autofree char *with_agents =
      g_strdup_printf ("%sregistrar-agents=%s/agents.pem\n", config, self->service->directory);

  bench_stiled_write (self->service, "policy.conf", policy);
  bench_stiled_write (self->service, "devices.conf", "[issuer Bench]\nanchors=maker.pem\nserials=*\n");
  bench_stiled_write (self->service, "stiled.conf", agents ? with_agents : config);
}

/* Who may go between devices and registrar: the laptop of a technician. */
static void
write_agent (BenchPlant *self)
{
  g_autoptr (TestPki) agents =
      test_pki_issue (self->domain, &(TestPkiOptions){ .name = "Bench agents", .authority = TRUE });
  g_autoptr (TestPki) agent = test_pki_issue (agents, &(TestPkiOptions){ .name = "Bench laptop" });

  save (self, agents, "agents");
  save (self, agent, "agent");
}

/* Ready to be bootstrapped with; by @agents, too. */
BenchPlant *
bench_plant_new (const char *program, gboolean agents)
{
  BenchPlant *self = g_new0 (BenchPlant, 1);
  guint16 port = find_free_port ();

  self->maker = test_pki_authority_new ("Bench maker", TEST_PKI_P256);
  self->domain = test_pki_authority_new ("Bench domain", TEST_PKI_P256);
  self->anchors = test_pki_list (self->maker, NULL);
  self->service = bench_stiled_new ();
  self->url = g_strdup_printf ("https://localhost:%u", port);
  write_certificates (self);
  if (agents)
    write_agent (self);
  write_settings (self, port, agents);
  bench_stiled_start (self->service, program);
  return self;
}

void
bench_plant_free (BenchPlant *self)
{
  bench_stiled_free (self->service);
  test_pki_unref (self->maker);
  test_pki_unref (self->domain);
  g_ptr_array_unref (self->anchors);
  g_free (self->url);
  g_free (self);
}
