/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-trust.h"

/**
 * StileHttpTrust:
 *
 * The system's store, read once in the life of a program.  GIO up to glib-networking 2.74 reads and parses it anew for each
 * TLS connection, also for a server's and for those that ask nobody but us: some 10 ms, when a handshake takes one.  It
 * does so only for databases of its own; this one stands in front of the system's and asks it.
 */
struct _StileHttpTrust
{
  GTlsDatabase parent_instance;

  GTlsDatabase *system;
};

G_DEFINE_FINAL_TYPE (StileHttpTrust, stile_http_trust, G_TYPE_TLS_DATABASE)

static GTlsDatabase *system_store; /* what was the default before */

static void
stile_http_trust_finalize (GObject *object)
{
  g_clear_object (&STILE_HTTP_TRUST (object)->system);

  G_OBJECT_CLASS (stile_http_trust_parent_class)->finalize (object);
}

static GTlsCertificateFlags
verify_chain (GTlsDatabase *database,
              GTlsCertificate *chain,
              const char *purpose,
              GSocketConnectable *identity,
              GTlsInteraction *interaction,
              GTlsDatabaseVerifyFlags flags,
              GCancellable *cancellable,
              GError **error)
{
  return g_tls_database_verify_chain (STILE_HTTP_TRUST (database)->system, chain, purpose, identity,
                                      interaction, flags, cancellable, error);
}

static GTlsCertificate *
lookup_certificate_issuer (GTlsDatabase *database,
                           GTlsCertificate *certificate,
                           GTlsInteraction *interaction,
                           GTlsDatabaseLookupFlags flags,
                           GCancellable *cancellable,
                           GError **error)
{
  return g_tls_database_lookup_certificate_issuer (STILE_HTTP_TRUST (database)->system, certificate,
                                                   interaction, flags, cancellable, error);
}

static void
stile_http_trust_class_init (StileHttpTrustClass *klass)
{
  GTlsDatabaseClass *database_class = G_TLS_DATABASE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = stile_http_trust_finalize;
  database_class->verify_chain = verify_chain;
  database_class->lookup_certificate_issuer = lookup_certificate_issuer;
}

static void
stile_http_trust_init (StileHttpTrust *self)
{
}

/**
 * stile_http_trust_install:
 *
 * Makes it the default of all TLS connections of this program from now on; libsoup makes its connections itself, so there
 * is no other place to say it.  Who decides by the system's store gives its connections stile_http_trust_get_system():
 * only then GIO looks at purposes and stapled answers as well.
 */
void
stile_http_trust_install (void)
{
  static gsize installed = 0;

  if (g_once_init_enter (&installed))
    {
      GTlsBackend *backend = g_tls_backend_get_default ();
      g_autoptr (StileHttpTrust) self = g_object_new (STILE_TYPE_HTTP_TRUST, NULL);

      system_store = g_tls_backend_get_default_database (backend);
      if (system_store != NULL)
        {
          self->system = g_object_ref (system_store);
          g_tls_backend_set_default_database (backend, G_TLS_DATABASE (self));
        }
      g_once_init_leave (&installed, 1);
    }
}

/**
 * stile_http_trust_get_system:
 *
 * Returns: (transfer none) (nullable): the system's store itself, for connections that are to be judged by it; %NULL when
 *   there is none, and nobody is believed
 */
GTlsDatabase *
stile_http_trust_get_system (void)
{
  stile_http_trust_install ();
  return system_store;
}
