using System.Diagnostics;
using Ips.Contracts;
using Microsoft.AspNetCore.Http;

namespace Ips.Platform.Privacy;

/// <summary>
/// What is seen and changed of people while one request is answered. Writes are stored with the change itself, reads before the answer leaves;
/// a person counts once per request.
/// </summary>
public sealed class AuditTrail(AuditWriter writer, Caller caller, ServiceIdentity service, TimeProvider clock, IHttpContextAccessor http)
{
    // A stream of a million people is noted in constant memory: above this, a person may be recorded twice.
    private const int Remembered = 10_000;
    private readonly HashSet<Guid> _noted = [];
    private readonly Lock _turn = new();

    /// <summary>The break-glass disclosure that this request reads under, if any.</summary>
    public Guid? Disclosure { get; set; }

    /// <summary>
    /// Records that these people's records are shown to the caller; completes when the entries are stored. A streaming rpc calls it before each item.
    /// </summary>
    public Task Read(IEnumerable<IndividualId> people, CancellationToken cancellationToken)
    {
        var entries = New("read", people.Select(p => p.Value));
        return entries.Count == 0 ? Task.CompletedTask : writer.Write(entries, cancellationToken);
    }

    /// <summary>Entries to store with a change that no save of entities makes; people recorded before are left out.</summary>
    public IReadOnlyList<AuditEntry> New(string action, IEnumerable<Guid> people)
    {
        List<AuditEntry> entries = [];
        lock (_turn)
        {
            if (_noted.Count >= Remembered)
                _noted.Clear();
            foreach (var person in people)
            {
                // A change is stored each time, because the previous one may have been rolled back. A changed record need not be recorded as read too.
                if (!_noted.Add(person) && action == "read")
                    continue;
                entries.Add(Entry(action, person));
            }
        }

        return entries;
    }

    private AuditEntry Entry(string action, Guid person)
    {
        var now = clock.GetUtcNow();
        var request = http.HttpContext;
        return new()
        {
            Id = Guid.CreateVersion7(now),
            At = now,
            Action = action,
            Role = caller.Role.Length == 0 ? "service" : caller.Role,
            Organization = caller.Role.Length == 0 ? Tokens.OwnOrganization : caller.Organization,
            Caller = caller.Role.Length == 0 ? service.Name : caller.Subject,
            Rpc = request?.GetEndpoint()?.Metadata.GetMetadata<Grpc.AspNetCore.Server.GrpcMethodMetadata>()?.Method.FullName.TrimStart('/')
                ?? request?.Request.Path.Value ?? "background",
            Person = person,
            Disclosure = Disclosure,
            Trace = Activity.Current?.TraceId.ToString() ?? "",
        };
    }
}
