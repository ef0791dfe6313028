/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-remedy-install.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* How a program is brought to trust an authority.  What each really reads:
 *
 * curl, git, Python, Go   one file, and a variable or a setting puts another in its place: so it must be the whole bundle of the
 *                         computer, which has the authority after it was installed there; the authority alone would lock out all
 *                         other sites
 * Node.js                 its own list, and NODE_EXTRA_CA_CERTS in addition
 * Firefox, Chrome         NSS databases of each user (stilectl trust finds them)
 * Java                    its own key store; the one of Debian's packages follows the system's
 * Docker                  a folder for each registry; the daemon reads the system's store at its start */

/* Debian, Arch; where others have it stands beside it. */
#define BUNDLE "/etc/ssl/certs/ca-certificates.crt"
#define BUNDLE_NOTE "# Fedora, RHEL: /etc/pki/tls/certs/ca-bundle.crt; openSUSE: /etc/ssl/ca-bundle.pem\n"

typedef struct
{
  const char *id;
  const char *title;
  const char *text;
  const char *copy; /* with @file@, @anchor@, @alias@, @address@ and @registry@, as words of a shell */
  gboolean always;  /* also where this computer's store has the authority already */
} Program;

static const Program programs[] = {
  { "install-system", N_ ("Install it for this computer"),
    N_ ("For all users and most programs: command-line tools, package managers, GNOME’s applications. An "
        "administrator’s password is needed. The other lines do the same by hand, with one certificate a "
        "file, on "
        "Debian and Ubuntu, Fedora and RHEL, and Arch."),
    "stilectl trust install @file@ --store system\n"
    "# Debian, Ubuntu: sudo cp @file@ @anchor@ && sudo update-ca-certificates\n"
    "# Fedora, RHEL: sudo cp @file@ /etc/pki/ca-trust/source/anchors/ && sudo update-ca-trust\n"
    "# Arch: sudo trust anchor --store @file@",
    FALSE },
  { "install-firefox", N_ ("Firefox"),
    N_ ("Firefox has a list of its own in each profile. This adds it to all that are found; close Firefox "
        "before."),
    "stilectl trust install @file@ --store nss", TRUE },
  { "install-chrome", N_ ("Chrome, Chromium and others made of it"),
    N_ ("They read a database of yours. Without Stile, certutil of the package libnss3-tools does it."),
    "stilectl trust install @file@ --store nss\n"
    "# certutil -d sql:\"$HOME/.pki/nssdb\" -A -t C,, -n @alias@ -i @file@",
    TRUE },
  { "install-curl", N_ ("curl"),
    N_ ("The distribution’s curl follows this computer’s store. One that brings its own list needs to be "
        "told where that "
        "store is."),
    BUNDLE_NOTE "export CURL_CA_BUNDLE=" BUNDLE, TRUE },
  { "install-git", N_ ("git"),
    N_ ("The distribution’s git follows this computer’s store. For one that does not, and for this service "
        "only:"),
    BUNDLE_NOTE "git config --global http.@address@.sslCAInfo " BUNDLE, TRUE },
  { "install-node", N_ ("Node.js, npm, yarn"),
    N_ ("Node.js has a list of its own. The variable adds to it; put it where your session reads its "
        "environment."),
    "export NODE_EXTRA_CA_CERTS=\"$PWD\"/@file@", TRUE },
  { "install-python", N_ ("Python, pip"),
    N_ ("requests and pip bring a list of their own, and the setting puts another one in its place: name "
        "this computer’s "
        "whole store, and not the one certificate."),
    BUNDLE_NOTE "export REQUESTS_CA_BUNDLE=" BUNDLE " SSL_CERT_FILE=" BUNDLE "\n"
                "pip config set global.cert " BUNDLE,
    TRUE },
  { "install-java", N_ ("Java"),
    N_ ("A Java of its own has a key store of its own; its password is “changeit” as a rule. It shows the "
        "fingerprint and asks: "
        "compare it. The Java of Debian’s packages follows this computer’s store."),
    "sudo keytool -importcert -cacerts -alias @alias@ -file @file@", TRUE },
  { "install-go", /* TRANSLATORS: the programming language */ N_ ("Go"),
    N_ ("Programs in Go follow this computer’s store, when they find it."),
    BUNDLE_NOTE "export SSL_CERT_FILE=" BUNDLE, TRUE },
  { "install-docker", N_ ("Docker"),
    N_ ("For a registry at this address. The daemon reads this computer’s store when it starts, and what "
        "runs in a container "
        "reads the container’s: put the certificate into the image, too."),
    "sudo install -D -m 644 @file@ @registry@\n"
    "sudo systemctl restart docker",
    TRUE },
};

typedef struct
{
  const char *token;
  char *value; /* quoted for a shell */
} Word;

typedef struct
{
  Word words[5];
} Words;

static void
words_clear (Words *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (self->words); i++)
    g_free (self->words[i].value);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Words, words_clear)

static char *
quote (char *text)
{
  char *quoted = g_shell_quote (text);

  g_free (text);
  return quoted;
}

static char *
make_address (StileSignals *signals)
{
  g_autoptr (GUri) uri = g_uri_parse (signals->url, G_URI_FLAGS_NONE, NULL);
  g_autoptr (GUri) root = uri != NULL
                              ? g_uri_build (G_URI_FLAGS_NONE, g_uri_get_scheme (uri), NULL,
                                             g_uri_get_host (uri), g_uri_get_port (uri), "/", NULL, NULL)
                              : NULL;

  return root != NULL ? g_uri_to_string (root) : g_strdup (signals->url);
}

static void
fill_words (StileRemedyCase *self, Words *words)
{
  StileSignals *signals = self->signals;
  g_autofree char *file = stile_remedy_case_name_file (self);
  g_autofree char *name = stile_remedy_case_name_authority (self);
  g_autofree char *safe = stile_remedy_case_make_safe (name);
  char *registry = signals->port == 443
                       ? g_strdup_printf ("/etc/docker/certs.d/%s/ca.crt", signals->host)
                       : g_strdup_printf ("/etc/docker/certs.d/%s:%u/ca.crt", signals->host, signals->port);

  words->words[0] = (Word){ "@file@", quote (g_strdup (file)) };
  words->words[1] =
      (Word){ "@anchor@", quote (g_strdup_printf ("/usr/local/share/ca-certificates/%s.crt", safe)) };
  words->words[2] = (Word){ "@alias@", quote (g_strdup (safe)) };
  words->words[3] = (Word){ "@address@", quote (make_address (signals)) };
  words->words[4] = (Word){ "@registry@", quote (registry) };
}

static char *
fill (const char *copy, const Words *words)
{
  GString *text = g_string_new (copy);

  for (gsize i = 0; i < G_N_ELEMENTS (words->words); i++)
    g_string_replace (text, words->words[i].token, words->words[i].value, 0);

  return g_string_free (text, FALSE);
}

static void
add_programs (StileRemedyCase *self)
{
  gboolean trusted =
      stile_verdict_get_sighting (self->verdict) != NULL &&
      stile_sighting_get_system_trust (stile_verdict_get_sighting (self->verdict)) == STILE_YES;
  g_auto (Words) words = { 0 };

  fill_words (self, &words);
  for (gsize i = 0; i < G_N_ELEMENTS (programs); i++)
    if (programs[i].always || !trusted)
      stile_remedy_case_add (self, programs[i].id, "you", _ (programs[i].title),
                             g_strdup (_ (programs[i].text)), fill (programs[i].copy, &words));
}

/* --- where the certificate comes from --- */

static char *
explain_source (StileRemedyCase *self, const char *file)
{
  g_autofree char *fingerprint = stile_remedy_case_show_fingerprint (self);

  if (stile_verdict_get_standing (self->verdict) == STILE_STANDING_DOMAIN)
    return g_strdup_printf (_ ("The service knows this CA as one of the domain’s, and gives its certificate "
                               "to whoever walks up to it: "
                               "into %s. Do not take it from the connection itself: whoever intercepts "
                               "chooses what is in it. %s"),
                            file, fingerprint);

  return g_strdup_printf (_ ("Only if this is your company’s or your own inspection: ask its administrator "
                             "for the root certificate, save it "
                             "as %s, and compare its fingerprint over the phone. Do not take it from the "
                             "connection itself: whoever intercepts "
                             "chooses what is in it. %s"),
                          file, fingerprint);
}

static gboolean
is_key_known (StileRemedyCase *self)
{
  StileSighting *sighting = stile_verdict_get_sighting (self->verdict);

  return sighting != NULL && stile_sighting_get_own_key (sighting) == STILE_YES;
}

/* What vouches is the walk: manufacturer, voucher, domain. */
static char *
make_walk (StileRemedyCase *self, const char *file)
{
  g_autofree char *url = g_shell_quote (self->signals->url);
  g_autofree char *quoted = g_shell_quote (file);

  if (stile_verdict_get_standing (self->verdict) == STILE_STANDING_DOMAIN)
    return g_strdup_printf (
        "stilectl bootstrap %s --ca manufacturer.pem --cert device.pem --key device.key --pem %s", url,
        quoted);

  if (stile_verdict_get_authority (self->verdict) == NULL && is_key_known (self))
    return g_strdup_printf (
        "openssl x509 -in %s -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum", quoted);

  return g_strdup_printf ("openssl x509 -in %s -noout -subject -fingerprint -sha256", quoted);
}

/* Where this computer's own store has it, that is where it comes from. */
static gboolean
add_from_store (StileRemedyCase *self, const char *file)
{
  StileSighting *sighting = stile_verdict_get_sighting (self->verdict);
  StileCertificate *anchor = sighting != NULL ? stile_sighting_get_anchor (sighting) : NULL;
  g_autofree char *fingerprint = stile_remedy_case_show_fingerprint (self);

  if (anchor == NULL)
    return FALSE;

  stile_remedy_case_add (
      self, "get-authority", "you", _ ("Get the CA’s certificate"),
      g_strdup_printf (
          _ ("This computer trusts it already; browsers and programs that bring lists of their own may not. "
             "This is the certificate out of this computer’s store: save it as %s. %s"),
          file, fingerprint),
      stile_certificate_to_pem (anchor));
  return TRUE;
}

/**
 * stile_remedy_install_add:
 *
 * What to do so that programs trust the authority that signs here.  Nothing of it where the service was asked and does not
 * know that authority, nor where its key is known to everybody; a captive portal goes away by signing in.
 */
void
stile_remedy_install_add (StileRemedyCase *self)
{
  const StileVendorGuess *vendor = stile_verdict_get_vendor (self->verdict);
  g_autofree char *file = stile_remedy_case_name_file (self);

  if (!stile_verdict_is_intercepted (self->verdict) || stile_remedy_case_is_denied (self) ||
      stile_remedy_case_find (self, "captive-portal") != NULL || (vendor != NULL && vendor->compromised))
    return;

  if (!add_from_store (self, file))
    stile_remedy_case_add (self, "get-authority", "you", _ ("Get the CA’s certificate"),
                           explain_source (self, file), make_walk (self, file));
  add_programs (self);
}
