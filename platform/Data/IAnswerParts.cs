using Google.Protobuf;

namespace Ips.Platform.Data;

/// <summary>Leaves out of a stored answer what the service's rows hold already, and puts it back when the answer is given again.</summary>
public interface IAnswerParts
{
    /// <summary>The answer as it is stored; the given one is not changed.</summary>
    TReply Without<TReply>(TReply reply) where TReply : class, IMessage<TReply>;

    /// <summary>Completes a stored answer from the rows.</summary>
    Task PutBack(IMessage stored, ServiceDb db, CancellationToken cancellationToken);
}
