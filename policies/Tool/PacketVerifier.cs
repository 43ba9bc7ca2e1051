using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Ips.Policies.Tool;

/// <summary>One check of an audit packet.</summary>
/// <param name="What">What was checked.</param>
/// <param name="Holds">Whether it holds; null when this build cannot say.</param>
/// <param name="Why">Why.</param>
public sealed record PacketCheck(string What, bool? Holds, string Why);

/// <summary>
/// Checks an audit packet without a network: that the manifest is signed, that every part is the one that was sealed and none was added, and that the decisions
/// give the same receipts when they are taken again.
/// </summary>
public static class PacketVerifier
{
    private const string Format = "ips-audit-packet/1";
    private const long LargestPart = 256L * 1024 * 1024;
    private static readonly string[] Seals = ["manifest.json", "manifest.sig", "signer.pem"];

    /// <summary>The checks of a packet, in the order in which they were made. A check that fails does not hide the others.</summary>
    /// <param name="packet">The zip.</param>
    /// <param name="engine">The packs of this build.</param>
    /// <param name="key">The public key (PEM) that must have signed it; null to take the one in the packet.</param>
    /// <exception cref="InvalidDataException">It is no packet.</exception>
    public static IReadOnlyList<PacketCheck> Check(Stream packet, PolicyEngine engine, string? key = null)
    {
        using ZipArchive zip = new(packet, ZipArchiveMode.Read);
        var manifestBytes = Read(zip, "manifest.json") ?? throw new InvalidDataException("no audit packet: it has no manifest.json");
        using var manifest = Parse(manifestBytes);
        var root = manifest.RootElement;
        if (Text(root, "format") != Format)
            throw new InvalidDataException($"its format is \"{Text(root, "format")}\"; this build knows {Format}");
        List<PacketCheck> checks = [Signature(zip, root, manifestBytes, key)];
        Dictionary<string, byte[]> parts = new(StringComparer.Ordinal);
        foreach (var part in root.GetProperty("parts").EnumerateArray())
            checks.Add(Part(zip, part, parts));
        var listed = parts.Keys.Concat(Seals).Concat(root.GetProperty("parts").EnumerateArray().Select(p => Text(p, "path"))).ToHashSet(StringComparer.Ordinal);
        checks.AddRange(zip.Entries.Where(e => !listed.Contains(e.FullName)).Select(e => new PacketCheck(e.FullName, false, "it is not in the manifest: it was added")));
        checks.AddRange(zip.Entries.GroupBy(e => e.FullName, StringComparer.Ordinal).Where(g => g.Count() > 1)
            .Select(g => new PacketCheck(g.Key, false, "it stands in the packet more than once")));
        checks.AddRange(root.GetProperty("decisions").EnumerateArray().Select(d => Replay(d, parts, engine)));
        return checks;
    }

    private static PacketCheck Signature(ZipArchive zip, JsonElement manifest, byte[] bytes, string? key)
    {
        if (Read(zip, "manifest.sig") is not { } signature || Read(zip, "signer.pem") is not { } pem)
            return new("signature", false, "manifest.sig or signer.pem is missing");
        try
        {
            using var signer = ECDsa.Create();
            signer.ImportFromPem(key ?? Encoding.ASCII.GetString(pem));
            var fingerprint = Convert.ToHexStringLower(SHA256.HashData(signer.ExportSubjectPublicKeyInfo()));
            if (!signer.VerifyData(bytes, Convert.FromBase64String(Encoding.ASCII.GetString(signature).Trim()), HashAlgorithmName.SHA256))
                return new("signature", false, key is null ? "the manifest was changed after it was signed" : "the given key did not sign this manifest");
            return Text(manifest, "signerSha256") != fingerprint
                ? new("signature", false, "the manifest names another key than the one that signed it")
                : new("signature", true, key is null ? $"by the key {fingerprint} in the packet; compare it with the one that the platform gave you"
                    : $"by the given key {fingerprint}");
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or FormatException)
        {
            return new("signature", false, "key or signature cannot be read");
        }
    }

    private static PacketCheck Part(ZipArchive zip, JsonElement part, Dictionary<string, byte[]> parts)
    {
        var path = Text(part, "path");
        if (Read(zip, path) is not { } content)
            return new(path, false, "it is missing");
        parts[path] = content;
        return Hash(content) == Text(part, "sha256") ? new(path, true, Text(part, "about")) : new(path, false, "it was changed after it was sealed");
    }

    /// <summary>The same facts under the same pack on the same day must give the same bytes.</summary>
    private static PacketCheck Replay(JsonElement decision, Dictionary<string, byte[]> parts, PolicyEngine engine)
    {
        var (program, question, hash) = (Text(decision, "program"), Text(decision, "question"), Text(decision, "packHash"));
        var what = $"{question} under {program} on {Text(decision, "asOf")}";
        if (!parts.TryGetValue(Text(decision, "receipt"), out var receipt))
            return new(what, false, "its receipt is missing");
        if (Hash(receipt) != Text(decision, "receiptSha256"))
            return new(what, false, "its receipt is not the one that was stored");
        if (decision.GetProperty("facts").ValueKind == JsonValueKind.Null)
            return new(what, null, "its facts were erased when the time to keep them was over");
        if (!parts.TryGetValue(Text(decision, "facts"), out var facts))
            return new(what, false, "its facts are missing");
        try
        {
            using var stored = Parse(receipt);
            var version = Text(stored.RootElement, "engineVersion");
            if (version != Receipt.EngineVersion)
                return new(what, null, $"it was taken by evaluators of version {version}; this build has version {Receipt.EngineVersion}");
            var pack = engine.Programs.TryGetValue(program, out var current) && current.Hash == hash ? current : ReleasedPacks.Find(hash);
            if (pack is null)
                return new(what, null, $"this build does not know the pack {program} {Text(decision, "packVersion")} ({hash[..Math.Min(12, hash.Length)]})");
            if (!DateOnly.TryParseExact(Text(decision, "asOf"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
                return new(what, false, "its day is no day");
            using var json = Parse(facts);
            var again = Encoding.UTF8.GetBytes(new PolicyEngine([pack]).Decide(program, question, day, json.RootElement).Json);
            return again.AsSpan().SequenceEqual(receipt) ? new(what, true, $"taken again with pack {Text(decision, "packVersion")}: the same receipt")
                : new(what, false, "the facts give another receipt");
        }
        catch (Exception e) when (e is InvalidDataException or InvalidRequestException or NotInForceException)
        {
            return new(what, false, $"it cannot be taken again: {e.Message}");
        }
    }

    private static byte[]? Read(ZipArchive zip, string path)
    {
        if (zip.GetEntry(path) is not { } entry)
            return null;
        if (entry.Length > LargestPart)
            throw new InvalidDataException($"{path} has {entry.Length} bytes, more than a packet holds");
        using var stream = entry.Open();
        using MemoryStream content = new();
        stream.CopyTo(content);
        return content.ToArray();
    }

    private static JsonDocument Parse(byte[] json)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("no audit packet: a part that is JSON cannot be read", e);
        }
    }

    private static string Text(JsonElement json, string name) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String ? value.GetString()! : throw new InvalidDataException($"no audit packet: {name} is missing");

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
