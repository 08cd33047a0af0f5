namespace Lindvik;
public class Check : Base, IFormDataValidator, ITaskValidator { }
