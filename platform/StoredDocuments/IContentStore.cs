namespace Ips.Platform.StoredDocuments;

/// <summary>Where encrypted bytes are: the service's database or an S3 endpoint.</summary>
public interface IContentStore
{
    /// <summary>Stores the parts under an id. When <paramref name="parts"/> throws, or the call ends, nothing of them stays.</summary>
    Task Write(Guid id, string provider, IAsyncEnumerable<byte[]> parts, CancellationToken cancellationToken);

    /// <summary>The parts in order.</summary>
    IAsyncEnumerable<byte[]> Read(Guid id, string provider, CancellationToken cancellationToken);

    /// <summary>Removes what is stored under an id; nothing when there is nothing.</summary>
    Task Remove(Guid id, string provider, CancellationToken cancellationToken);

    /// <summary>Ids with something that was stored before a time.</summary>
    IAsyncEnumerable<(Guid Id, string Provider)> OlderThan(DateTimeOffset before, CancellationToken cancellationToken);
}
