using Ips.Contracts;
using Microsoft.Extensions.Options;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace Ips.Billing.Mailboxes;

/// <summary>Where files are exchanged with payers over SFTP; section <c>Mailboxes</c> of the configuration.</summary>
public sealed class MailboxOptions
{
    /// <summary>How often the mailboxes are looked into.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a server may take to answer.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The mailboxes, one for a provider and a payer, each under a name that is used in logs only.</summary>
    public Dictionary<string, Mailbox> At { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The mailbox of a provider at a payer; null when there is none.</summary>
    public Mailbox? Of(string provider, string payer) => At.Values.FirstOrDefault(m => m.Provider == provider && m.Payer == payer);
}

/// <summary>A mailbox of a provider at a payer, on an SFTP server of the payer or of a clearinghouse.</summary>
public sealed class Mailbox
{
    /// <summary>Code of the provider.</summary>
    public string Provider { get; set; } = "";

    /// <summary>Code of the payer.</summary>
    public string Payer { get; set; } = "";

    /// <summary>The server's name or address.</summary>
    public string Host { get; set; } = "";

    /// <summary>Its port.</summary>
    public int Port { get; set; } = 22;

    /// <summary>Who signs in.</summary>
    public string User { get; set; } = "";

    /// <summary>The private key that signs in, as PEM: a secret.</summary>
    public string PrivateKey { get; set; } = "";

    /// <summary>What opens the private key; empty when it is not encrypted.</summary>
    public string Passphrase { get; set; } = "";

    /// <summary>
    /// Fingerprints of the server's keys as <c>ssh-keygen -l</c> prints them, <c>SHA256:...</c>: one, or two while the payer changes it. Nothing is sent to a
    /// server with another key.
    /// </summary>
    public IList<string> HostKeys { get; set; } = [];

    /// <summary>The folder that the payer picks up from.</summary>
    public string Outgoing { get; set; } = "";

    /// <summary>The folder that the payer puts files into.</summary>
    public string Incoming { get; set; } = "";

    /// <summary>The folder that incoming files are moved to when they are taken, on the same server.</summary>
    public string Archive { get; set; } = "";

    /// <summary>The private key. Who asks for it disposes it.</summary>
    internal PrivateKeyFile OpenKey()
    {
        using MemoryStream pem = new(System.Text.Encoding.UTF8.GetBytes(PrivateKey.ReplaceLineEndings("\n").TrimEnd() + "\n"));
        return new(pem, Passphrase.Length == 0 ? null : Passphrase);
    }
}

/// <summary>A wrong mailbox ends the start, and the message names the setting.</summary>
internal sealed class CheckMailboxes : IValidateOptions<MailboxOptions>
{
    public ValidateOptionsResult Validate(string? name, MailboxOptions options)
    {
        List<string> wrong = [.. options.At.SelectMany(at => Check(at.Value).Select(w => $"Mailboxes:At:{at.Key}:{w}"))];
        wrong.AddRange(options.At.GroupBy(at => (at.Value.Provider, at.Value.Payer)).Where(same => same.Count() > 1)
            .Select(same => $"Mailboxes:At:{string.Join(" and ", same.Select(at => at.Key))} are of one provider and payer; name one"));
        if (options.Interval <= TimeSpan.Zero || options.Timeout <= TimeSpan.Zero)
            wrong.Add("Mailboxes:Interval and Timeout are more than 0");
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private static IEnumerable<string> Check(Mailbox box)
    {
        if (!IsCode(box.Provider))
            yield return "Provider is not a code of an organization";
        if (!IsCode(box.Payer))
            yield return "Payer is not a code of an organization";
        if (box.Host.Length == 0)
            yield return "Host is missing";
        if (box.Port is < 1 or > 65535)
            yield return "Port is not 1 to 65535";
        if (box.User.Length == 0)
            yield return "User is missing";
        if (box.HostKeys.Count == 0 || box.HostKeys.Any(k => !k.StartsWith("SHA256:", StringComparison.Ordinal)))
            yield return "HostKeys are fingerprints such as SHA256:..., at least one: ssh-keyscan HOST | ssh-keygen -lf -";
        string[] folders = [box.Outgoing, box.Incoming, box.Archive];
        if (folders.Any(f => f.Length == 0) || folders.Distinct(StringComparer.Ordinal).Count() < folders.Length)
            yield return "Outgoing, Incoming and Archive are three folders";
        if (!Opens(box))
            yield return "PrivateKey is not a private key as PEM that Passphrase opens";
    }

    private static bool IsCode(string code) => OrganizationCode.IsCode(code);

    private static bool Opens(Mailbox box)
    {
        try
        {
            box.OpenKey().Dispose();
            return true;
        }
        catch (Exception wrong) when (wrong is SshException or ArgumentException or InvalidOperationException or FormatException or EndOfStreamException or System.Security.Cryptography.CryptographicException)
        {
            return false;
        }
    }
}
