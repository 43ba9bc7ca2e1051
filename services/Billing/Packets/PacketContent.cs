using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using Ips.Contracts;

namespace Ips.Billing.Packets;

/// <summary>
/// The parts of an audit packet, and the sealed file that they make. <c>manifest.json</c> lists every part with its hash, <c>manifest.sig</c> is the signature of
/// the manifest (ECDSA P-256 with SHA-256, base64), <c>signer.pem</c> the public key. The same parts at the same moment make the same manifest.
/// </summary>
internal sealed class PacketContent
{
    /// <summary>What the manifest says that it is.</summary>
    public const string Format = "ips-audit-packet/1";

    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        IndentSize = 1,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly JsonFormatter Messages = new(JsonFormatter.Settings.Default.WithIndentation(" "));
    private readonly List<(string Path, byte[] Content, string About, string? WholeSha256)> parts = [];
    private readonly List<ManifestDecision> decisions = [];
    private readonly List<string> missing = [];

    /// <summary>What there is no part for, and why.</summary>
    public IReadOnlyList<string> Missing => missing;

    /// <summary>Adds a part.</summary>
    /// <param name="path">Its path in the packet.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="about">What it is, without anything about a person.</param>
    /// <param name="wholeSha256">SHA-256 of the file of which it is an excerpt; null when it is whole.</param>
    public void Add(string path, byte[] content, string about, string? wholeSha256 = null)
    {
        if (!parts.Exists(p => p.Path == path))
            parts.Add((path, content, about, wholeSha256));
    }

    /// <summary>Adds a record as JSON.</summary>
    public void Add(string path, IMessage message, string about) => Add(path, Encoding.UTF8.GetBytes(Messages.Format(message)), about);

    /// <summary>Adds an answer of another service; one that was not found is named as missing.</summary>
    public Result<T> Add<T>(string path, Result<T> answer, string about) where T : class, IMessage
    {
        if (answer.Is(out var message, out var problem))
            Add(path, message, about);
        else if (problem is Problem.NotFound)
            missing.Add($"{about}: not found");
        return answer;
    }

    /// <summary>Adds a decision with what repeats it.</summary>
    public void Add(StoredDecision decision)
    {
        var path = $"decisions/{decision.Id}";
        if (parts.Exists(p => p.Path == $"{path}/receipt.json"))
            return;
        var facts = decision.Facts.Length == 0 ? null : decision.ReadFacts();
        Add($"{path}/receipt.json", Encoding.UTF8.GetBytes(decision.ReadReceipt()), $"receipt of the decision {decision.Question}");
        if (facts is null)
            missing.Add($"{path}: its facts were erased when the time to keep them was over");
        else
            Add($"{path}/facts.json", Encoding.UTF8.GetBytes(facts), $"facts of the decision {decision.Question}");
        decisions.Add(new(Receipts.NameOf(decision.Id), decision.Program, decision.Question, decision.AsOf.Day(), decision.PackVersion, decision.PackHash,
            $"{path}/receipt.json", facts is null ? null : $"{path}/facts.json", decision.ReceiptSha256));
    }

    /// <summary>Names what there is no part for.</summary>
    public void Lacks(string what) => missing.Add(what);

    /// <summary>The sealed file.</summary>
    /// <param name="subject">What it proves.</param>
    /// <param name="provider">Whose it is.</param>
    /// <param name="at">When it was made.</param>
    /// <param name="signer">Signs the manifest.</param>
    public byte[] Seal(string subject, string provider, DateTimeOffset at, ECDsa signer)
    {
        Manifest manifest = new(Format, subject, new OrganizationCode(provider).Name, at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
            Fingerprint(signer),
            [.. parts.OrderBy(p => p.Path, StringComparer.Ordinal).Select(p => new ManifestPart(p.Path, Hash(p.Content), p.Content.Length, p.About, p.WholeSha256))],
            [.. decisions.OrderBy(d => d.Name, StringComparer.Ordinal)], missing);
        var json = JsonSerializer.SerializeToUtf8Bytes(manifest, Form);
        var signature = signer.SignData(json, HashAlgorithmName.SHA256);
        using MemoryStream file = new();
        using (ZipArchive zip = new(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            Write(zip, "manifest.json", json, at);
            Write(zip, "manifest.sig", Encoding.ASCII.GetBytes(Convert.ToBase64String(signature)), at);
            Write(zip, "signer.pem", Encoding.ASCII.GetBytes(signer.ExportSubjectPublicKeyInfoPem()), at);
            foreach (var part in parts.OrderBy(p => p.Path, StringComparer.Ordinal))
                Write(zip, part.Path, part.Content, at);
        }

        return file.ToArray();
    }

    /// <summary>SHA-256 of the public key.</summary>
    public static string Fingerprint(ECDsa signer) => Hash(signer.ExportSubjectPublicKeyInfo());

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static void Write(ZipArchive zip, string path, byte[] content, DateTimeOffset at)
    {
        var entry = zip.CreateEntry(path, CompressionLevel.Optimal);
        entry.LastWriteTime = at.ToUniversalTime();
        using var stream = entry.Open();
        stream.Write(content);
    }

    private sealed record Manifest(
        string Format, string Subject, string Provider, string Made, string SignerSha256, IReadOnlyList<ManifestPart> Parts,
        IReadOnlyList<ManifestDecision> Decisions, IReadOnlyList<string> Missing);

    private sealed record ManifestPart(string Path, string Sha256, int Size, string About, string? WholeSha256);

    private sealed record ManifestDecision(
        string Name, string Program, string Question, string AsOf, string PackVersion, string PackHash, string Receipt, string? Facts, string ReceiptSha256);
}
