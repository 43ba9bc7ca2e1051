using System.Security.Cryptography;
using Ips.SandboxIdentity.Keys;

namespace Ips.AppHost;

/// <summary>
/// The sandbox's key ring for people's data: keys that encrypt, the newest last, and one that hashes. Production gives the services its own, from its key
/// store.
/// </summary>
internal sealed class PersonalDataKeys
{
    private readonly string file;
    private readonly string hash;
    private readonly List<string> encrypting;

    private PersonalDataKeys(string file, string hash, List<string> encrypting) => (this.file, this.hash, this.encrypting) = (file, hash, encrypting);

    /// <summary>The id of the key that encrypts.</summary>
    public string Current => Id(encrypting.Count - 1);

    /// <summary>Reads the ring, or makes it at first use. Without the file the encrypted columns of the databases beside it cannot be read.</summary>
    public static PersonalDataKeys In(string data)
    {
        var (file, text) = KeyFile.ReadOrMake(data, "particulars.keys", () => $"{New()}\n{New()}\n");
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries) is [var first, var hash, .. var later]
            ? new(file, hash, [first, .. later])
            : throw new IOException($"{file} does not hold two keys. Put the file back from a copy; the people in {data} cannot be read without it.");
    }

    /// <summary>Adds a key that encrypts from now on; services get it at their next start.</summary>
    public void Add()
    {
        encrypting.Add(New());
        KeyFile.Replace(file, $"{encrypting[0]}\n{hash}\n{string.Concat(encrypting.Skip(1).Select(key => $"{key}\n"))}");
    }

    /// <summary>The configuration that the services read.</summary>
    public void Configure(IDictionary<string, object> variables)
    {
        variables["PersonalData__Current"] = Current;
        for (var i = 0; i < encrypting.Count; i++) variables[$"PersonalData__Keys__{Id(i)}"] = encrypting[i];
        variables["PersonalData__HashKey"] = hash;
    }

    private static string Id(int index) => $"sandbox-{index + 1}";

    private static string New() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
}
