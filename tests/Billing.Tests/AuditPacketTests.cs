using System.IO.Compression;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Ips.Policies;
using Ips.Policies.Tool;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Tests;

/// <summary>One call proves a claim: the sealed file holds all that it rests on, and nothing about other people; the tool finds whatever was changed.</summary>
[Collection("cash")]
public sealed class AuditPacketTests(CashService cash)
{
    [Fact]
    public async Task A_packet_proves_a_claim_from_its_notes_to_its_money_and_shows_nobody_else()
    {
        var payer = await cash.Payer();
        var (individual, person) = await cash.Insured(payer);
        person.OrderName = $"serviceOrders/{Guid.CreateVersion7()}";
        var line = await cash.Engagement(individual, 3);
        var (other, _) = await cash.Insured(payer);
        await cash.ReadyLine(other);
        var (batch, claims) = await cash.Sent(payer);
        var claim = claims.Single(c => c.ClaimLine == line.Name);
        var foreign = claims.Single(c => c.ClaimLine != line.Name);
        await cash.Receive(PayerFiles.Acknowledgement(batch.ControlNumber));
        await cash.Receive(PayerFiles.Accepted(batch, claim, "PK1"));
        await cash.Receive(PayerFiles.Remittance(cash.NewTrace(), 2073.89m,
            [.. PayerFiles.Decided(claim, "1", 73.89m, "PK1"), .. PayerFiles.Decided(foreign, "1", 2000, "PK2")]));

        await cash.Batches.GetAuditPacketAsync(new() { Name = claim.Name }, cash.As(Roles.Provider, "another-agency")).Refused(StatusCode.NotFound);
        await cash.Batches.GetAuditPacketAsync(new() { Name = "claims/1" }, cash.Us).Refused(StatusCode.InvalidArgument);
        var packet = await cash.Batches.GetAuditPacketAsync(new() { Name = claim.Name }, cash.Us);
        Assert.Empty(packet.Missing);
        var files = Files(packet.Content);
        foreach (var (part, count) in new[]
        {
            ("/receipt.json", 3), ("/facts.json", 3), ("notes/", 1), ("/service-order.json", 1), ("/staff-qualification.json", 1), ("/837p.x12", 1), ("/answers/", 3),
            ("/postings/", 1), ("milestone.json", 1), ("/claim-line.json", 1),
        })
        {
            Assert.Equal((part, count), (part, files.Keys.Count(k => k.Contains(part, StringComparison.Ordinal))));
        }

        var all = string.Concat(files.Values.Select(Encoding.UTF8.GetString));
        Assert.Contains($"CLM*{claim.Number}*", all, StringComparison.Ordinal);
        Assert.Contains($"CLP*{claim.Number}*", all, StringComparison.Ordinal);
        Assert.Contains("Sealed goal", all, StringComparison.Ordinal);
        foreach (var hidden in new[] { foreign.Number, "PK2", other, foreign.ClaimLine })
            Assert.DoesNotContain(hidden, all, StringComparison.Ordinal);

        // The milestone's packet is the same about it.
        var ofMilestone = await cash.Batches.GetAuditPacketAsync(new() { Name = line.Milestone }, cash.Us);
        Assert.Equal(files.Keys.Where(k => k[0] is not ('m' or 's')).Order(), Files(ofMilestone.Content).Keys.Where(k => k[0] is not ('m' or 's')).Order());
        Assert.Equal(packet.SignerSha256, ofMilestone.SignerSha256);

        // Offline: signature, parts, and the decisions taken again.
        var checks = Check(packet.Content);
        Assert.All(checks, c => Assert.True(c.Holds, $"{c.What}: {c.Why}"));
        Assert.Equal(3, checks.Count(c => c.Why.Contains("the same receipt", StringComparison.Ordinal)));
        Assert.Contains(packet.SignerSha256, checks[0].Why, StringComparison.Ordinal);
        Assert.All(Check(packet.Content, Encoding.ASCII.GetString(files["signer.pem"])), c => Assert.True(c.Holds));
        using var stranger = System.Security.Cryptography.ECDsa.Create();
        Assert.Equal(("signature", false), Check(packet.Content, stranger.ExportSubjectPublicKeyInfoPem()).Where(c => c.Holds == false)
            .Select(c => (c.What, c.Holds!.Value)).Single());
        var facts = files.Keys.First(k => k.EndsWith("/facts.json", StringComparison.Ordinal));
        Assert.Contains(Changed(packet.Content, facts, "{}"), c => c.What == facts && c.Holds == false);
        Assert.Contains(Changed(packet.Content, facts, null), c => c.What == facts && c.Holds == false);
        Assert.Contains(Changed(packet.Content, "extra.txt", "added"), c => c.What == "extra.txt" && c.Holds == false);
        Assert.Contains(Changed(packet.Content, "manifest.json", Encoding.UTF8.GetString(files["manifest.json"]).Replace("PK1", "PK9", StringComparison.Ordinal) + " "),
            c => c.What == "signature" && c.Holds == false);
        Assert.Throws<InvalidDataException>(() => Check(ByteString.CopyFromUtf8("not a zip")));
    }

    [Fact]
    public async Task What_there_is_no_part_for_is_named()
    {
        var (_, _, claims) = await cash.SentClaims();
        var packet = await cash.Batches.GetAuditPacketAsync(new() { Name = claims[0].Name }, cash.Us);
        Assert.Contains(packet.Missing, m => m.StartsWith("service order", StringComparison.Ordinal));
        foreach (var transaction in new[] { "999", "277CA", "835" })
            Assert.Contains(packet.Missing, m => m.StartsWith(transaction, StringComparison.Ordinal));
        Assert.DoesNotContain(Check(packet.Content), c => c.Holds == false);
    }

    private static Dictionary<string, byte[]> Files(ByteString packet)
    {
        using ZipArchive zip = new(new MemoryStream(packet.ToByteArray()));
        return zip.Entries.ToDictionary(e => e.FullName, e =>
        {
            using var stream = e.Open();
            using MemoryStream content = new();
            stream.CopyTo(content);
            return content.ToArray();
        });
    }

    private static IReadOnlyList<PacketCheck> Check(ByteString packet, string? key = null) =>
        PacketVerifier.Check(new MemoryStream(packet.ToByteArray()), PolicyEngine.Shipped, key);

    private static IReadOnlyList<PacketCheck> Changed(ByteString packet, string path, string? content)
    {
        using MemoryStream file = new();
        file.Write(packet.Span);
        using (ZipArchive zip = new(file, ZipArchiveMode.Update, leaveOpen: true))
        {
            zip.GetEntry(path)?.Delete();
            if (content is not null)
            {
                using var stream = zip.CreateEntry(path).Open();
                stream.Write(Encoding.UTF8.GetBytes(content));
            }
        }

        file.Position = 0;
        return PacketVerifier.Check(file, PolicyEngine.Shipped);
    }
}
