using System.Collections;
using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Common.V1;

namespace Ips.Platform.Decisions;

/// <summary>
/// A stored answer names the decisions in it by their ids only: the receipt stands in the table of decisions already. A decision of which the caller got only a
/// part is stored as the caller got it.
/// </summary>
internal sealed class DecisionsInAnswers : IAnswerParts
{
    // Of each message type the fields that hold a decision, or a message that holds one.
    private static readonly ConcurrentDictionary<MessageDescriptor, IReadOnlyList<FieldDescriptor>> Leading = new();

    public TReply Without<TReply>(TReply reply) where TReply : class, IMessage<TReply>
    {
        if (FieldsOf(reply.Descriptor).Count == 0)
            return reply;
        var shorter = reply.Clone();
        Replace(shorter, decision => decision is { DecisionId.Length: > 0, ReceiptJson.Length: > 0 } ? new() { DecisionId = decision.DecisionId } : decision);
        return shorter;
    }

    public async Task PutBack(IMessage stored, ServiceDb db, CancellationToken cancellationToken)
    {
        HashSet<Guid> left = [];
        Replace(stored, decision =>
        {
            if (IsLeftOut(decision))
                left.Add(Guid.Parse(decision.DecisionId));
            return decision;
        });
        if (left.Count == 0)
            return;
        var decisions = await db.Set<StoredDecision>().AsNoTracking().Where(d => left.Contains(d.Id)).ToDictionaryAsync(d => d.Id, cancellationToken);
        Replace(stored, decision => IsLeftOut(decision) && decisions.TryGetValue(Guid.Parse(decision.DecisionId), out var row) ? row.ToProto() : decision);
    }

    private static bool IsLeftOut(Proto.Decision decision) => decision is { DecisionId.Length: > 0, Program.Length: 0 };

    private static void Replace(IMessage message, Func<Proto.Decision, Proto.Decision> by)
    {
        foreach (var field in FieldsOf(message.Descriptor))
        {
            if (field.Accessor.GetValue(message) is not { } value)
                continue;
            if (value is Proto.Decision decision)
                field.Accessor.SetValue(message, by(decision));
            else if (value is IMessage inner)
                Replace(inner, by);
            else if (value is IList items)
                ReplaceAll(items, by);
        }
    }

    private static void ReplaceAll(IList items, Func<Proto.Decision, Proto.Decision> by)
    {
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i] is Proto.Decision decision)
                items[i] = by(decision);
            else
                Replace((IMessage)items[i]!, by);
        }
    }

    private static IReadOnlyList<FieldDescriptor> FieldsOf(MessageDescriptor type) => Leading.GetOrAdd(type, of =>
        [.. of.Fields.InDeclarationOrder().Where(f => f is { FieldType: FieldType.Message, IsMap: false } && Leads(f.MessageType, []))]);

    private static bool Leads(MessageDescriptor type, HashSet<MessageDescriptor> seen) => type == Proto.Decision.Descriptor
        || (seen.Add(type) && type.Fields.InDeclarationOrder().Any(f => f is { FieldType: FieldType.Message, IsMap: false } && Leads(f.MessageType, seen)));
}
