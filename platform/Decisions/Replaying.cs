using System.Security.Cryptography;
using System.Text.Json;
using Ips.Policies;
using Proto = Ips.Contracts.Common.V1;

namespace Ips.Platform.Decisions;

/// <summary>Repeats a stored decision of any kind: the same facts under the same pack on the same day must give the same bytes.</summary>
public sealed class Replaying(KeptPacks packs)
{
    /// <summary>The result of the repetition. It stores nothing and contains no personal data.</summary>
    public Proto.DecisionReplay Replay(StoredDecision stored)
    {
        Proto.DecisionReplay replay = new()
        {
            Name = Receipts.NameOf(stored.Id),
            StoredSha256 = stored.ReceiptSha256,
            Program = stored.Program,
            Question = stored.Question,
            PackVersion = stored.PackVersion,
            PackHash = stored.PackHash,
        };
        if (stored.Facts.Length == 0)
            return Cannot(replay, "the facts were erased when the time to keep them was over");
        string receipt;
        string facts;
        try
        {
            (receipt, facts) = (stored.ReadReceipt(), stored.ReadFacts());
        }
        catch (Exception e) when (e is CryptographicException or InvalidDataException)
        {
            return Cannot(replay, "the stored receipt or its facts cannot be decrypted: they were changed, or their key is not in the ring");
        }

        if (Receipts.Hash(receipt) != stored.ReceiptSha256)
        {
            replay.ReplayedSha256 = Receipts.Hash(receipt);
            return Differs(replay, "the stored receipt is not the one that was hashed");
        }

        if (TakenByOthers(receipt) is { } why)
            return Cannot(replay, why);
        if (packs.Find(stored.PackHash) is not { } pack)
            return Cannot(replay, $"the pack {stored.Program} {stored.PackVersion} ({stored.PackHash[..12]}) was never released");
        try
        {
            using var json = JsonDocument.Parse(facts);
            var again = new PolicyEngine([pack]).Decide(stored.Program, stored.Question, stored.AsOf, json.RootElement).Json;
            replay.ReplayedSha256 = Receipts.Hash(again);
            if (string.Equals(again, receipt, StringComparison.Ordinal))
                replay.Outcome = Proto.ReplayOutcome.Same;
            else
                Differs(replay, "the stored facts give another receipt: the facts were changed, or an evaluator was without a new engine version");
            return replay;
        }
        catch (Exception e) when (e is JsonException or InvalidRequestException or NotInForceException)
        {
            return Cannot(replay, "the stored facts are not facts of this question any more");
        }
    }

    /// <summary>Why this build cannot repeat the decision, or null.</summary>
    private static string? TakenByOthers(string receipt)
    {
        using var json = JsonDocument.Parse(receipt);
        var version = json.RootElement.GetProperty("engineVersion").GetString();
        return version == Receipt.EngineVersion ? null : $"it was taken by evaluators of version {version}; this build has version {Receipt.EngineVersion}";
    }

    private static Proto.DecisionReplay Cannot(Proto.DecisionReplay replay, string why)
    {
        (replay.Outcome, replay.Why) = (Proto.ReplayOutcome.Cannot, why);
        return replay;
    }

    private static Proto.DecisionReplay Differs(Proto.DecisionReplay replay, string why)
    {
        (replay.Outcome, replay.Why) = (Proto.ReplayOutcome.Differs, why);
        return replay;
    }
}
