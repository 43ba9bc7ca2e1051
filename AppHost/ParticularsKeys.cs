using System.Security.Cryptography;
using Ips.SandboxIdentity.Keys;

namespace Ips.AppHost;

/// <summary>The sandbox's key ring for personal data: one key that seals, one that hashes. Production hands the services its own, from its key store.</summary>
internal sealed class ParticularsKeys(string seal, string hash)
{
    /// <summary>Reads the ring, or makes it at first use. Without the file the sealed columns of the databases beside it cannot be read.</summary>
    public static ParticularsKeys In(string data)
    {
        var (file, text) = KeyFile.ReadOrMake(data, "particulars.keys", () => $"{New()}\n{New()}\n");
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries) is [var seal, var hash]
            ? new(seal, hash)
            : throw new IOException($"{file} does not hold two keys. Put the file back from a copy; the people in {data} cannot be read without it.");
    }

    /// <summary>The configuration that the services read.</summary>
    public void Give(IDictionary<string, object> variables)
    {
        variables["Particulars__Current"] = "sandbox-1";
        variables["Particulars__Keys__sandbox-1"] = seal;
        variables["Particulars__HashKey"] = hash;
    }

    private static string New() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
}
