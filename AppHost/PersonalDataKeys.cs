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

    /// <summary>The name of the file, in <c>keys/</c> of the data directory and in a backup.</summary>
    public const string FileName = "particulars.keys";

    /// <summary>The ring as its file has it.</summary>
    public string Text => $"{encrypting[0]}\n{hash}\n{string.Concat(encrypting.Skip(1).Select(key => $"{key}\n"))}";

    /// <summary>The id of the key that encrypts.</summary>
    public string Current => Id(encrypting.Count - 1);

    /// <summary>Reads the ring, or makes it at first use. Without the file the encrypted columns of the databases beside it cannot be read.</summary>
    public static PersonalDataKeys In(string data)
    {
        var (file, text) = KeyFile.ReadOrMake(data, FileName, () => $"{New()}\n{New()}\n");
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries) is [var first, var hash, .. var later]
            ? new(file, hash, [first, .. later])
            : throw new IOException($"{file} does not hold two keys. Put the file back from a copy; the people in {data} cannot be read without it.");
    }

    /// <summary>Adds a key that encrypts from now on; services get it at their next start.</summary>
    public void Add()
    {
        encrypting.Add(New());
        KeyFile.Replace(file, Text);
    }

    /// <summary>
    /// Puts the ring of a backup into a data directory that has none. One that is there has to be the same, or a later one of the same, because databases
    /// that are not restored need it.
    /// </summary>
    /// <exception cref="IOException">It is another one.</exception>
    public static void PutBack(string data, string ring)
    {
        var (file, text) = KeyFile.ReadOrMake(data, FileName, () => ring);
        if (!text.StartsWith(ring, StringComparison.Ordinal))
            throw new IOException($"{file} holds other keys than the backup, which cannot be read with them. Restore it into another data directory (--data).");
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
